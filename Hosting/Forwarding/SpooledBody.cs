using System.Buffers;
using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body that was read to its end before it is sent, because its hash stands in front of it: in pooled memory up to a
/// limit, beyond that in a temporary file that only this user can read and that is gone when the body is, even if the
/// process is killed. Hashed while it is read.
/// </summary>
internal sealed class SpooledBody : IAsyncDisposable
{
    /// <summary>Where an unknown length begins, in bytes. Arbitrary: most API calls fit.</summary>
    private const int InitialBufferBytes = 4096;

    /// <summary>What one read and one write of the temporary file move, in bytes. Arbitrary.</summary>
    private const int FileBufferBytes = 64 * 1024;

    private byte[] _memory;
    private int _memoryBytes;
    private FileStream? _file;

    /// <summary>Whether it is in a temporary file, since it was too large for memory.</summary>
    public bool IsInFile => _file is not null;

    private SpooledBody(byte[] memory) => _memory = memory;

    /// <summary>How long the body is, in bytes.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>The hash of the whole body.</summary>
    public PayloadHash Hash { get; private set; }

    /// <summary>Reads a body to its end.</summary>
    /// <param name="source">The body. Not disposed.</param>
    /// <param name="knownLengthBytes">Its length, where the caller declared one; only a hint for the first buffer.</param>
    /// <param name="options">The limits: memory and length.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ProxyException">The body is too long, or there is no room for it.</exception>
    public static async ValueTask<SpooledBody> ReadAsync(
        Stream source, long? knownLengthBytes, ProxyOptions options, CancellationToken cancellationToken)
    {
        var firstBytes = (int)Math.Clamp(knownLengthBytes ?? InitialBufferBytes, 1, options.BufferSizeBytes);
        var body = new SpooledBody(ArrayPool<byte>.Shared.Rent(firstBytes));
        try
        {
            await body.FillAsync(source, options, cancellationToken);
            return body;
        }
        catch
        {
            await body.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// A stream over the body from its beginning. One at a time; the body must outlive it, and disposing it leaves the body.
    /// </summary>
    public Stream OpenRead()
    {
        if (_file is null)
            return new MemoryStream(_memory, 0, _memoryBytes, writable: false);
        _file.Position = 0;
        return _file;
    }

    /// <summary>Gives the memory back and closes the file, which deletes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_memory.Length > 0)
            ArrayPool<byte>.Shared.Return(_memory);
        _memory = [];
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private async ValueTask FillAsync(Stream source, ProxyOptions options, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            if (_memoryBytes == _memory.Length || _memoryBytes >= options.BufferSizeBytes)
                await MakeRoomAsync(options.BufferSizeBytes, cancellationToken);

            var read = await source.ReadAsync(_memory.AsMemory(_memoryBytes), cancellationToken);
            if (read == 0)
                break;
            if ((LengthBytes += read) > options.MaxBodySizeBytes)
                throw new ProxyException(TooLarge(options.MaxBodySizeBytes));
            sha256.AppendData(_memory, _memoryBytes, read);
            _memoryBytes += read;
        }

        if (_file is not null)
            await FlushToFileAsync(cancellationToken);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha256.GetHashAndReset(hash);
        Hash = PayloadHash.FromSha256(hash);
    }

    /// <summary>The refusal of a body over <c>--max-body-size</c>.</summary>
    public static ProxyError TooLarge(long maxLengthBytes) => ProxyError.BodyTooLarge(
        $"The body is larger than {maxLengthBytes} bytes. Raise --max-body-size, or send it in parts.");

    /// <summary>A larger buffer while the limit allows, otherwise the file takes what the buffer holds.</summary>
    private async ValueTask MakeRoomAsync(long memoryLimitBytes, CancellationToken cancellationToken)
    {
        if (_file is null && _memory.Length < memoryLimitBytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(memoryLimitBytes, _memory.Length * 2L));
            _memory.AsSpan(0, _memoryBytes).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_memory);
            _memory = larger;
            return;
        }

        await FlushToFileAsync(cancellationToken);
    }

    private async ValueTask FlushToFileAsync(CancellationToken cancellationToken)
    {
        try
        {
            _file ??= CreateTemporaryFile();
            await _file.WriteAsync(_memory.AsMemory(0, _memoryBytes), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProxyException(ProxyError.SpoolUnavailable(
                $"A body larger than --buffer-size could not be kept in the folder for temporary files, {Path.GetTempPath()}: "
                + $"{e.Message.TrimEnd('.')}. Make room there, set TMPDIR to a writable folder, or raise --buffer-size."));
        }

        _memoryBytes = 0;
    }

    private static FileStream CreateTemporaryFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var path = Path.Combine(Path.GetTempPath(), $"aws-sigv4-proxy-{Guid.NewGuid():N}");
        var file = new FileStream(path, options);
        // An open file lives on without its name: nothing is left behind even if the process is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
