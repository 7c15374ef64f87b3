using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>The roots built in, and when they are used.</summary>
internal sealed class SystemRootsTests
{
    private readonly CollectingLogger _logger = new();

    [Test]
    public async Task ReadBuiltIn_Roots_AreSelfIssuedAuthoritiesWithAmazonsAmongThem()
    {
        var roots = SystemRoots.ReadBuiltIn();

        await Assert.That(roots.Count).IsGreaterThan(100);
        foreach (var root in roots)
        {
            await Assert.That(root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData)).IsTrue();
            await Assert.That(root.HasPrivateKey).IsFalse();
        }

        var names = roots.Select(root => root.GetNameInfo(X509NameType.SimpleName, false)).ToArray();
        foreach (var amazon in new[] { "Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4" })
            await Assert.That(names).Contains(amazon);
        await Assert.That(names).Contains("Starfield Services Root Certificate Authority - G2");
    }

    [Test]
    public async Task FindSubstitute_SystemHasRoots_IsNone()
    {
        var substitute = SystemRoots.FindSubstitute(true, _ => null, [], _logger);

        await Assert.That(substitute).IsNull();
        await Assert.That(_logger.Lines).IsEmpty();
    }

    [Test]
    public async Task FindSubstitute_ADistributionsBundleExists_IsThatBundle()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        var bundle = folder.Write("bundle.crt", authority.RootPem);

        var substitute = SystemRoots.FindSubstitute(false, _ => null, [folder["missing"], folder.Write("empty", ""), bundle], _logger);

        await Assert.That(substitute!.Single().Thumbprint).IsEqualTo(authority.Root.Thumbprint);
        await Assert.That(_logger.Lines.Single()).Contains(bundle);
    }

    [Test]
    [Arguments("SSL_CERT_FILE")]
    [Arguments("SSL_CERT_DIR")]
    public async Task FindSubstitute_EnvironmentSaysWhereToLook_IsNotAnotherPlaceOfTheSystem(string variable)
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        var bundle = folder.Write("bundle.crt", authority.RootPem);

        var substitute = SystemRoots.FindSubstitute(false, name => name == variable ? "/empty" : null, [bundle], _logger);

        await Assert.That(substitute!.Count).IsEqualTo(SystemRoots.ReadBuiltIn().Count);
    }

    [Test]
    public async Task FindSubstitute_NothingAnywhere_IsTheRootsBuiltIn()
    {
        var substitute = SystemRoots.FindSubstitute(false, _ => null, [], _logger);

        await Assert.That(substitute!.Count).IsEqualTo(SystemRoots.ReadBuiltIn().Count);
        await Assert.That(_logger.Lines.Single()).Contains("Mozilla");
    }
}
