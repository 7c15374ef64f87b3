using System.Buffers;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// The id by which a request is found again: in the answer, in every log line, in its span. A caller may give it in
/// <c>x-request-id</c>, as most proxies and frameworks know it; otherwise it is made here, and not sent on to AWS, which has its own.
/// </summary>
internal static class RequestId
{
    /// <summary>The header's name, of the request and of the answer.</summary>
    public const string HeaderName = "x-request-id";

    // Arbitrary: a UUID has 36.
    private const int MaxLength = 128;

    // What ids are made of; nothing that a log or a header could take for something else.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@");

    /// <summary>The caller's id, or a new one where it gives none that can be one.</summary>
    public static string Of(HttpRequest request)
    {
        var given = request.Headers[HeaderName];
        return given is [{ } id] && IsOne(id) ? id : Create();
    }

    /// <summary>Whether a text can be an id, of AWS's too: it stands in brackets at the end of a line, which nobody must imitate.</summary>
    public static bool IsOne(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>128 random bits in hexadecimal. Nobody needs to be kept from guessing them, so they need not be asked of the system.</summary>
    private static string Create()
    {
        Span<byte> id = stackalloc byte[16];
        Random.Shared.NextBytes(id);
        return Convert.ToHexStringLower(id);
    }

    /// <summary>Puts it into the answer, where the upstream has put none of its own.</summary>
    public static void GiveBack(HttpContext context)
    {
        if (context.Features.Get<RequestRecord>() is { } record && !context.Response.Headers.ContainsKey(HeaderName))
            context.Response.Headers[HeaderName] = record.Id;
    }
}
