using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// The results so far. As text each is written as soon as it is there, since a later check may take its time; as JSON all at the
/// end, in one object.
/// </summary>
/// <param name="format">How they are written.</param>
/// <param name="output">Where to.</param>
internal sealed class CheckProgress(CheckFormat format, TextWriter output)
{
    private readonly List<CheckResult> _results = [];

    /// <summary>Those that came to a result, skipped ones too.</summary>
    public IEnumerable<string> Names => _results.Select(static result => result.Name);

    /// <summary>Runs one check, which fails if it throws, and writes what it came to.</summary>
    /// <returns>Whether what builds on it can be tried.</returns>
    public async Task<bool> RunAsync(string name, Func<Task<CheckResult>> check)
    {
        CheckResult result;
        try
        {
            result = await check();
        }
        catch (Exception exception)
        {
            // Not its message, which may hold anything.
            result = CheckResult.Failed(
                name, $"the check itself failed ({exception.GetBaseException().GetType().Name})",
                $"this is a bug in {ProductInfo.Name}; please report it, with the options");
        }

        await AddAsync(result);
        return result.LetsGoOn;
    }

    /// <summary>The same of a check that waits for nothing.</summary>
    public Task<bool> RunAsync(string name, Func<CheckResult> check) => RunAsync(name, () => Task.FromResult(check()));

    /// <summary>Writes that a check is not tried.</summary>
    public Task SkipAsync(string name, string reason) => AddAsync(CheckResult.Skipped(name, reason));

    /// <summary>Writes the end.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> EndAsync()
    {
        await output.WriteAsync(format == CheckFormat.Json ? CheckReport.WriteJson(_results) : CheckReport.WriteEnd(_results));
        return CheckReport.StatusOf(_results);
    }

    private async Task AddAsync(CheckResult result)
    {
        _results.Add(result);
        if (format == CheckFormat.Text)
            await output.WriteAsync(CheckReport.WriteLine(result));
    }
}
