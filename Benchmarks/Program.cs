using AwsSigV4Proxy.Benchmarks;
using AwsSigV4Proxy.Benchmarks.Traffic;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// `startup [EXECUTABLE]` measures the published executable, `sink` and `caller` are for the script that measures large bodies;
// anything else is for BenchmarkDotNet, which measures functions.
switch (args)
{
    case ["startup", .. var rest]:
        return await StartupTime.MeasureAsync(rest.FirstOrDefault() ?? "dist/aws-sigv4-proxy");
    case ["sink", .. var rest]:
        return TrafficCommands.RunSink(rest);
    case ["caller", .. var rest]:
        return TrafficCommands.RunCaller(rest);
}

// In this process, compiled just in time: contenders of one run are comparable, their times are not the executable's.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(StartupTime).Assembly).Run(
    args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
return summaries.All(static summary => summary.Reports.All(static report => report.Success)) ? 0 : 1;
