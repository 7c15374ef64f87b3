using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// HTTP Basic authentication (RFC 7617) of callers against <c>--basic-auth-file</c>, which is read again when it changes.
/// </summary>
/// <remarks>
/// What is compared are SHA-256 hashes of <c>user:password</c>, each with every line of the file in constant time: how long a
/// refusal takes tells neither whether the user exists nor how much of the password was right.
/// </remarks>
internal sealed class BasicAuth
{
    /// <summary>
    /// The longest credentials taken, in bytes of <c>user:password</c> (arbitrary; far above what a person or a generator makes).
    /// </summary>
    private const int MaxCredentialBytes = 1024;

    private const string Scheme = "Basic ";

    private readonly FileBacked<BasicAuthFile> _file;

    /// <summary>Reads the file.</summary>
    /// <exception cref="StartupException">The file cannot be read, or has a line that is not <c>user:password</c>.</exception>
    public BasicAuth(string path, ILogger logger, TimeProvider time)
    {
        _file = new(() => BasicAuthFile.Read(path, logger), [path], logger, time);
    }

    /// <summary>Null when the caller named a user and its password, else the failure to answer with.</summary>
    public ProxyError? Check(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return ProxyError.Unauthorized(
                "This proxy asks its callers who they are. Send a user and a password of its --basic-auth-file: `curl --user NAME:PASSWORD`.");
        }

        if (header is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return ProxyError.Unauthorized(
                "This proxy asks its callers who they are, with the scheme Basic in the Authorization header, and got another one. "
                + "Send a user and a password of its --basic-auth-file: `curl --user NAME:PASSWORD`.");
        }

        return IsKnown(value.AsSpan(Scheme.Length).Trim(' '))
            ? null
            : ProxyError.Unauthorized("The user or the password is wrong: no line of the proxy's --basic-auth-file matches.");
    }

    private bool IsKnown(ReadOnlySpan<char> token)
    {
        Span<byte> encoded = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(MaxCredentialBytes)];
        if (token.Length > encoded.Length || Ascii.FromUtf16(token, encoded, out var length) != OperationStatus.Done)
            return false;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        try
        {
            if (Base64.DecodeFromUtf8InPlace(encoded[..length], out var decoded) != OperationStatus.Done)
                return false;

            SHA256.HashData(encoded[..decoded], hash);
            return _file.Current.Contains(hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }
}
