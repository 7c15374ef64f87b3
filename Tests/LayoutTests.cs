namespace AwsSigV4Proxy.Tests;

/// <summary>The layout's one rule that no compiler holds: Signing is pure.</summary>
public class LayoutTests
{
    [Test]
    public async Task Signing_UsesNothing_ButTheBaseClassLibraryAndItself()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Folder, "Signing"), "*.cs", SearchOption.AllDirectories);
        var foreign = files.SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal) || line.Contains("global::", StringComparison.Ordinal)
                || line.Contains("Hosting", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("using System", StringComparison.Ordinal)
                && !line.StartsWith("using AwsSigV4Proxy.Signing", StringComparison.Ordinal))
            .Distinct();

        await Assert.That(files).IsNotEmpty();
        await Assert.That(foreign).IsEmpty();
    }
}
