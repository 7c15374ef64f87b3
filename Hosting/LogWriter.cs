using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ZLogger;

namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// Writes log lines on a thread of its own, which may be stuck in a write for as long as nobody reads. Whoever logs never waits: a
/// line for which the queue has no room is dropped, and counted; a line says how many were, once the queue moves again. ZLogger's
/// own writer drops them silently, and keeps a thread of the pool that requests run on.
/// </summary>
internal sealed class LogWriter : IAsyncLogProcessor
{
    /// <summary>
    /// Lines that wait to be written. Beyond it they are dropped, so that a stalled terminal or pipe stops neither requests
    /// nor grows memory. Arbitrary: some seconds of failures at full load.
    /// </summary>
    public const int QueueCapacity = 8192;

    /// <summary>Lines are written together up to about this many bytes, or as many as there are. Arbitrary: half of a pipe of Linux.</summary>
    private const int ChunkBytes = 32 * 1024;

    /// <summary>How long the end waits for whoever reads to take the last lines. Arbitrary.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private static readonly byte[] LineEnd = Encoding.UTF8.GetBytes(Environment.NewLine);

    private readonly Channel<IZLoggerEntry> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _chunk = new(ChunkBytes);
    private readonly Stream _output;
    private readonly ZLoggerOptions _options;
    private readonly IZLoggerFormatter _formatter;
    private readonly LogDrops _drops;
    private readonly ILogger _own;
    private int _chunkLines;
    private long _toldDrops;

    /// <summary>Lines that stood in the full queue before those that it dropped, which may never become empty; 0 for none.</summary>
    private int _linesBeforeTelling;

    /// <summary>Begins to write.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="options">How a line looks, and who is told of a failure; finished.</param>
    /// <param name="drops">Counts lost lines.</param>
    public LogWriter(Stream output, ZLoggerOptions options, LogDrops drops)
    {
        (_output, _options, _drops) = (output, options, drops);
        _formatter = options.CreateFormatter();
        _own = new ZLoggerLogger(typeof(LogWriter).FullName!, new OwnLines(this), options, scopeProvider: null);
        _queue = Channel.CreateBounded<IZLoggerEntry>(
            new BoundedChannelOptions(QueueCapacity) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, Drop);
        new Thread(Run) { IsBackground = true, Name = "log" }.Start();
    }

    /// <inheritdoc/>
    public void Post(IZLoggerEntry log)
    {
        // True for one that is dropped, too; false only after the end.
        if (!_queue.Writer.TryWrite(log))
            Drop(log);
    }

    /// <summary>Writes what is still in the queue, as far as somebody takes it in time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
            return;
        // Its thread does not keep the process alive.
        await Task.WhenAny(_ended.Task, Task.Delay(DrainLimit));
    }

    private void Drop(IZLoggerEntry entry)
    {
        _drops.Add(1);
        entry.Return();
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var entry))
            {
                Append(entry);
                if (_linesBeforeTelling > 0 && --_linesBeforeTelling == 0)
                    TellDrops();
                if (_chunk.WrittenCount >= ChunkBytes)
                    Flush();
            }

            Flush();
            // A write that was stuck leaves a full queue.
            if (_queue.Reader.Count > 0)
                continue;
            TellDrops();
            Flush();
        }

        _ended.SetResult();
    }

    private void Append(IZLoggerEntry entry)
    {
        try
        {
            entry.FormatUtf8(_chunk, _formatter);
        }
        catch (Exception e)
        {
            _options.InternalErrorLogger?.Invoke(e);
        }

        entry.Return();
        _chunk.Write(LineEnd);
        _chunkLines++;
    }

    private void TellDrops()
    {
        _linesBeforeTelling = 0;
        var drops = _drops.Count;
        if (drops == _toldDrops)
            return;
        Log.LinesDropped(_own, drops - _toldDrops);
        _toldDrops = drops;
    }

    private void Flush()
    {
        if (_chunkLines == 0)
            return;
        try
        {
            _output.Write(_chunk.WrittenSpan);
            _output.Flush();
        }
        catch (Exception e)
        {
            // A full disk, say.
            _drops.Add(_chunkLines);
            _options.InternalErrorLogger?.Invoke(e);
        }

        _chunk.ResetWrittenCount();
        _chunkLines = 0;
        if (_linesBeforeTelling == 0 && _drops.Count != _toldDrops)
            _linesBeforeTelling = _queue.Reader.Count;
    }

    /// <summary>What the writer itself has to say goes past the queue, on its own thread.</summary>
    private sealed class OwnLines(LogWriter writer) : IAsyncLogProcessor
    {
        public void Post(IZLoggerEntry log) => writer.Append(log);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
