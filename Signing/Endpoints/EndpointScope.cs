namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>What a host name tells about the credential scope of a signature: the service and the region.</summary>
/// <param name="Service">The signing name, in the case that AWS expects (<c>IoTSecuredTunneling</c>).</param>
/// <param name="Region">The signing region, or null when the host does not tell it (S3 Transfer Acceleration).</param>
internal readonly record struct EndpointScope(string Service, string? Region);
