using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>
/// A host, perhaps with a path, and the service and region that AWS checks its signatures with. A region <c>-</c> stands for
/// none, <c>*</c> for Signature Version 4A alone, <c>us-east-1,*</c> for version 4A by preference. The tests hold tables of
/// them, one a rule.
/// </summary>
public sealed record EndpointRow(string Url, string Service, string Region)
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

    /// <summary>Asserts that the resolver gives the row's service and region for its host and path.</summary>
    public async Task AssertResolvedAsync()
    {
        int slash = Url.IndexOf('/');
        (string host, string path) = slash < 0 ? (Url, "/") : (Url[..slash], Url[slash..]);

        EndpointAnswer answer = EndpointResolver.Resolve(host, path, out EndpointScope scope);

        await Assert.That(answer).IsEqualTo(EndpointAnswer.Found);
        await Assert.That(scope with { DependsOnPath = false }).IsEqualTo(Expected);
    }

    private EndpointScope Expected => Region switch
    {
        "-" => new(Service, null),
        "*" => new(Service, null) { Algorithm = SigningAlgorithm.SigV4a, RegionSet = "*" },
        [.. var region, ',', '*'] => new(Service, region) { RegionSet = "*" },
        _ => new(Service, Region),
    };

    /// <summary>Shown as the test's argument.</summary>
    public override string ToString() => Url;
}
