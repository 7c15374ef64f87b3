namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>What a host name tells about the credential scope of a signature: the service and the region.</summary>
/// <param name="Service">The signing name, in the case that AWS expects (<c>IoTSecuredTunneling</c>).</param>
/// <param name="Region">
/// The signing region, or null when the host does not tell it (S3 Transfer Acceleration) or the signature has none
/// (<see cref="SigningAlgorithm.SigV4a"/>).
/// </param>
internal readonly record struct EndpointScope(string Service, string? Region)
{
    /// <summary>The set of regions that stands for all of them.</summary>
    public const string AllRegions = "*";

    /// <summary>
    /// The version of the signature. <see cref="SigningAlgorithm.SigV4a"/> only for hosts that take nothing else.
    /// </summary>
    public SigningAlgorithm Algorithm { get; init; }

    /// <summary>
    /// The regions that a signature of version 4A is good for, <see cref="AllRegions"/>, on hosts that take version 4A alone
    /// or by preference; null for the others. Where version 4 does as well, <see cref="Region"/> is there too.
    /// </summary>
    public string? RegionSet { get; init; }

    /// <summary>Whether the same host signs for another service below other paths.</summary>
    public bool DependsOnPath { get; init; }
}
