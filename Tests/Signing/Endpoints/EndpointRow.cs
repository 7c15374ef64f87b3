using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>
/// A host, and the service and region that AWS checks its signatures with; a region <c>-</c> stands for none. The tests
/// hold tables of them, one a rule.
/// </summary>
public sealed record EndpointRow(string Host, string Service, string Region)
{
    /// <summary>Reads a table: a row a line, columns between spaces. Empty lines part groups of rows.</summary>
    public static IEnumerable<Func<EndpointRow>> Table(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            yield return () => new EndpointRow(columns[0], columns[1], columns[2]);
        }
    }

    /// <summary>Asserts that the resolver gives the row's service and region for its host.</summary>
    public async Task AssertResolvedAsync()
    {
        bool found = EndpointResolver.TryResolve(Host, out EndpointScope scope);

        await Assert.That(found).IsTrue();
        await Assert.That(scope).IsEqualTo(new EndpointScope(Service, Region == "-" ? null : Region));
    }

    /// <summary>Shown as the test's argument.</summary>
    public override string ToString() => Host;
}
