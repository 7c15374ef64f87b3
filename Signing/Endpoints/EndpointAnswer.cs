namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>What <see cref="EndpointResolver"/> could tell of a host. Only <see cref="Found"/> comes with a scope.</summary>
internal enum EndpointAnswer
{
    /// <summary>An endpoint of AWS whose signing name is known.</summary>
    Found,

    /// <summary>No name below a DNS suffix of AWS: look-alikes, IP addresses, hosts of others, text that is no host name.</summary>
    NotAws,

    /// <summary>
    /// Below a suffix of AWS, but a name that anyone can rent or that takes no signature: instances, load balancers,
    /// databases, websites, registries.
    /// </summary>
    NotSigned,

    /// <summary>Below a suffix of AWS, but no rule tells its service: a region of another partition, no region at all.</summary>
    Unknown,
}
