using System.Globalization;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>
/// The two sides between which the throughput of a proxy is measured, <see cref="BodySink"/> and <see cref="Caller"/>, as
/// commands for a script.
/// </summary>
internal static class TrafficCommands
{
    private const string SinkUsage = "sink PORT CERTIFICATE KEY";
    private const string CallerUsage = "caller [--at-once N] [--expect-continue] [--header 'NAME: VALUE']... BODY URL BYTES";

    /// <summary>Runs <c>sink</c>, until the process is ended.</summary>
    /// <returns>The exit status of a wrong command line.</returns>
    public static int RunSink(string[] arguments)
    {
        if (arguments is not [var port, var certificateFile, var keyFile] || !TryParse(port, out var number))
            return Refuse(SinkUsage);
        BodySink.Serve((int)number, certificateFile, keyFile);
        return 0;
    }

    /// <summary>Runs <c>caller</c>.</summary>
    /// <returns>The exit status.</returns>
    public static int RunCaller(ReadOnlySpan<string> arguments)
    {
        var atOnce = 1L;
        var expectsContinue = false;
        List<string> headerLines = [];
        for (; arguments is [['-', ..], ..]; arguments = arguments[1..])
        {
            switch (arguments)
            {
                case ["--at-once", var count, ..] when TryParse(count, out atOnce):
                    arguments = arguments[1..];
                    break;
                case ["--header", var line, ..]:
                    headerLines.Add(line);
                    arguments = arguments[1..];
                    break;
                case ["--expect-continue", ..]:
                    expectsContinue = true;
                    break;
                default:
                    return Refuse(CallerUsage);
            }
        }

        return arguments is [var body, var url, var bytes] && Uri.TryCreate(url, UriKind.Absolute, out var address)
            && TryParse(bytes, out var dataBytes)
            ? Caller.Run(new CallerOptions(body, address, dataBytes, (int)atOnce, expectsContinue, headerLines))
            : Refuse(CallerUsage);
    }

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int Refuse(string usage)
    {
        Console.Error.WriteLine($"error: the arguments are wrong\nhint: {usage}");
        return 2;
    }
}
