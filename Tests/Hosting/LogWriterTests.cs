using System.Text;
using AwsSigV4Proxy.Hosting;
using Microsoft.Extensions.Logging;
using ZLogger;

namespace AwsSigV4Proxy.Tests.Hosting;

/// <summary>The log's queue: what becomes of lines for which it has no room, and of those in it at the end.</summary>
internal sealed class LogWriterTests
{
    [Test]
    public async Task Post_NobodyTakesLines_CountsThoseDroppedAndSaysSoBehindThoseKept()
    {
        using var output = new StallingStream();
        var drops = new LogDrops();
        using (var loggers = Create(output, drops))
        {
            var logger = loggers.CreateLogger("test");
            Log.Listening(logger, "first");
            await output.Stalled;
            for (var i = 0; i < LogWriter.QueueCapacity + 3; i++)
                Log.Listening(logger, $"{i}");

            await Assert.That(drops.Count).IsEqualTo(3);
            output.Release();
        }

        var lines = output.Lines;
        await Assert.That(lines.Length).IsEqualTo(LogWriter.QueueCapacity + 2);
        await Assert.That(lines[0]).IsEqualTo("listening on first");
        await Assert.That(lines[^2]).IsEqualTo($"listening on {LogWriter.QueueCapacity - 1}");
        await Assert.That(lines[^1]).IsEqualTo("3 log lines were dropped, since nobody took them in time");
    }

    [Test]
    public async Task Post_WriteFails_CountsItsLinesAndGoesOn()
    {
        using var output = new StallingStream { Failures = 1 };
        var drops = new LogDrops();
        using (var loggers = Create(output, drops))
        {
            Log.Listening(loggers.CreateLogger("test"), "lost");
            await output.Stalled;
            Log.Listening(loggers.CreateLogger("test"), "kept");
            output.Release();
        }

        await Assert.That(drops.Count).IsEqualTo(1);
        await Assert.That(string.Join('|', output.Lines.Order()))
            .IsEqualTo("1 log lines were dropped, since nobody took them in time|listening on kept");
    }

    [Test]
    public async Task Dispose_NobodyTakesLines_EndsNevertheless()
    {
        using var output = new StallingStream();
        var loggers = Create(output, new LogDrops());
        Log.Listening(loggers.CreateLogger("test"), "first");
        await output.Stalled;

        await Task.Run(loggers.Dispose).WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.That(output.Lines).IsEmpty();
        output.Release();
    }

    private static ILoggerFactory Create(Stream output, LogDrops drops) => LoggerFactory.Create(logging =>
        logging.AddZLoggerLogProcessor(options => new LogWriter(output, options.UsePlainTextFormatter(), drops)));

    /// <summary>Takes nothing until it is released, and then all.</summary>
    private sealed class StallingStream : MemoryStream
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Stalled => _stalled.Task;

        public int Failures { get; set; }

        public string[] Lines => Encoding.UTF8.GetString(ToArray()).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _stalled.TrySetResult();
            _released.Wait();
            if (Failures-- > 0)
                throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }
}
