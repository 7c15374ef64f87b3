using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>The table of bodies, row by row, without a socket: what is decided from the head of a request.</summary>
public class PayloadPolicyTests
{
    private const string Hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string Hmac = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string Ecdsa = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /// <summary>Larger than the buffer.</summary>
    private const long Large = 101;

    private static readonly ProxyOptions Options = TestProxy.OptionsFor(new Uri("http://127.0.0.1")) with { BufferSizeBytes = 100 };

    [Test]
    // S3: what the caller says
    [Arguments("s3", Hmac, 500L, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3", Hmac, null, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3", Hmac, 500L, null, nameof(PayloadMode.DecodedSpooled))]
    [Arguments("s3", Ecdsa, 500L, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3express", Hmac, 500L, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3", UnsignedTrailer, 500L, 300L, nameof(PayloadMode.UnsignedTrailer))]
    [Arguments("s3", UnsignedTrailer, 500L, null, nameof(PayloadMode.UnsignedTrailer))]
    [Arguments("s3", UnsignedTrailer, null, 300L, nameof(PayloadMode.UnsignedTrailer))]
    [Arguments("s3", UnsignedTrailer, null, null, nameof(PayloadMode.SpooledUnsigned))]
    [Arguments("s3", "UNSIGNED-PAYLOAD", Large, null, nameof(PayloadMode.Unsigned))]
    [Arguments("s3", "UNSIGNED-PAYLOAD", null, null, nameof(PayloadMode.SpooledUnsigned))]
    [Arguments("s3", Hash, Large, null, nameof(PayloadMode.TrustedHash))]
    [Arguments("s3", Hash, null, null, nameof(PayloadMode.Spooled))]
    // S3: what the caller says nothing of
    [Arguments("s3", "", Large, null, nameof(PayloadMode.SignedChunks))]
    [Arguments("s3-outposts", "", Large, null, nameof(PayloadMode.SignedChunks))]
    [Arguments("s3", "", 100L, null, nameof(PayloadMode.Spooled))]
    [Arguments("s3", "", null, null, nameof(PayloadMode.Spooled))]
    [Arguments("s3", "nonsense", Large, null, nameof(PayloadMode.SignedChunks))]
    // other services
    [Arguments("es", "", Large, null, nameof(PayloadMode.Spooled))]
    [Arguments("es", "", null, null, nameof(PayloadMode.Spooled))]
    [Arguments("es", "UNSIGNED-PAYLOAD", Large, null, nameof(PayloadMode.Spooled))]
    [Arguments("es", Hash, Large, null, nameof(PayloadMode.TrustedHash))]
    [Arguments("es", Hash, null, null, nameof(PayloadMode.Spooled))]
    [Arguments("vpc-lattice-svcs", "", Large, null, nameof(PayloadMode.Unsigned))]
    [Arguments("vpc-lattice-svcs", "", null, null, nameof(PayloadMode.Unsigned))]
    [Arguments("vpc-lattice-svcs", Hash, 3L, null, nameof(PayloadMode.Unsigned))]
    public async Task Auto_DoesWhatCallerAndServiceWant(string service, string declared, long? length, long? decodedLength, string mode) =>
        await Assert.That(Choose(service, declared, length, decodedLength, PayloadOption.Auto)).IsEqualTo(mode);

    [Test]
    [Arguments("s3", Hmac, 500L, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3", UnsignedTrailer, 500L, 300L, nameof(PayloadMode.ResignedChunks))]
    [Arguments("s3", UnsignedTrailer, 500L, null, nameof(PayloadMode.DecodedSpooled))]
    [Arguments("s3", "UNSIGNED-PAYLOAD", 100L, null, nameof(PayloadMode.Spooled))]
    [Arguments("s3", "UNSIGNED-PAYLOAD", Large, null, nameof(PayloadMode.SignedChunks))]
    [Arguments("s3", Hash, Large, null, nameof(PayloadMode.TrustedHash))]
    [Arguments("es", "", Large, null, nameof(PayloadMode.Spooled))]
    public async Task Signed_SignsWhatTheCallerDoesNot(string service, string declared, long? length, long? decodedLength, string mode) =>
        await Assert.That(Choose(service, declared, length, decodedLength, PayloadOption.Signed)).IsEqualTo(mode);

    [Test]
    [Arguments("s3", Hmac, 500L, 300L, nameof(PayloadMode.DecodedUnsigned))]
    [Arguments("s3", Hmac, 500L, null, nameof(PayloadMode.DecodedSpooled))]
    [Arguments("s3", UnsignedTrailer, 500L, 300L, nameof(PayloadMode.UnsignedTrailer))]
    [Arguments("s3", Hash, Large, null, nameof(PayloadMode.Unsigned))]
    [Arguments("s3", "", Large, null, nameof(PayloadMode.Unsigned))]
    [Arguments("s3", "", null, null, nameof(PayloadMode.SpooledUnsigned))]
    [Arguments("es", "", Large, null, nameof(PayloadMode.Unsigned))]
    [Arguments("es", "", null, null, nameof(PayloadMode.Unsigned))]
    [Arguments("es", Hash, Large, null, nameof(PayloadMode.Unsigned))]
    public async Task Unsigned_SignsNone(string service, string declared, long? length, long? decodedLength, string mode) =>
        await Assert.That(Choose(service, declared, length, decodedLength, PayloadOption.Unsigned)).IsEqualTo(mode);

    [Test]
    [Arguments("s3", "", Large, nameof(PayloadMode.Unsigned))]
    [Arguments("s3", Hmac, 500L, nameof(PayloadMode.DecodedUnsigned))]
    [Arguments("s3", Hash, Large, nameof(PayloadMode.TrustedHash))]
    [Arguments("execute-api", "", Large, nameof(PayloadMode.Spooled))]
    public async Task SignatureInTheQuery_LeavesS3BodiesOut(string service, string declared, long? length, string mode) =>
        await Assert.That(Choose(service, declared, length, 300, options: Options with { SignLocation = SignatureLocation.Query })).IsEqualTo(mode);

    [Test]
    public async Task ChunksWithTrailers_Unsigned_KeepTheirTrailers()
    {
        var facts = new PayloadFacts(Hmac, true, 500, 300, HasTrailers: true, IsPut: true);
        var mode = PayloadPolicy.Choose(facts, SigningOptions.For("s3"), Options with { Payload = PayloadOption.Unsigned });

        await Assert.That(mode).IsEqualTo(PayloadMode.UnsignedChunks);
    }

    [Test]
    public async Task OtherMethods_AreNeverSentInChunksOfTheProxys()
    {
        var facts = new PayloadFacts("", true, Large, null, HasTrailers: false, IsPut: false);

        await Assert.That(PayloadPolicy.Choose(facts, SigningOptions.For("s3"), Options)).IsEqualTo(PayloadMode.Spooled);
    }

    [Test]
    [Arguments("s3", "")]
    [Arguments("s3", UnsignedTrailer)]
    [Arguments("es", Hmac)]
    [Arguments("vpc-lattice-svcs", "")]
    public async Task NoBody_IsNone(string service, string declared)
    {
        var facts = new PayloadFacts(declared, false, null, null, HasTrailers: false, IsPut: true);

        await Assert.That(PayloadPolicy.Choose(facts, SigningOptions.For(service), Options)).IsEqualTo(PayloadMode.None);
    }

    [Test]
    [Arguments("es", Hmac)]
    [Arguments("vpc-lattice-svcs", UnsignedTrailer)]
    [Arguments("s3", "STREAMING-SOMETHING-NEW")]
    [Arguments("transcribe", "STREAMING-AWS4-HMAC-SHA256-EVENTS")]
    public async Task Pieces_ThatTheServiceDoesNotTake_AreRefused(string service, string declared) =>
        await Assert.That(() => Choose(service, declared, 500, 300, PayloadOption.Auto)).Throws<ProxyException>();

    private static string Choose(
        string service, string declared, long? length, long? decodedLength, PayloadOption payload = PayloadOption.Auto, ProxyOptions? options = null) =>
        PayloadPolicy.Choose(
            new PayloadFacts(declared, true, length, declared.StartsWith("STREAMING", StringComparison.Ordinal) ? decodedLength : null, HasTrailers: false, IsPut: true),
            SigningOptions.For(service), (options ?? Options) with { Payload = payload }).ToString();
}
