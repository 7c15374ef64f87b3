namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Hosts that several services share, each with a signing name of its own: the path tells which of them a request is for.
/// Sources: the endpoint rules of geo-maps, geo-places and geo-routes, whose requests all go below <c>/v2</c>, and
/// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html (MQTT over WebSocket).
/// </summary>
internal static class SharedHost
{
    /// <summary>The signing name for a path; null when the host is no shared one.</summary>
    /// <param name="service">The signing name that the labels alone give.</param>
    /// <param name="labels">The labels before the region.</param>
    /// <param name="path">The requested path, perhaps with a query.</param>
    public static string? Name(string service, ReadOnlySpan<char> labels, ReadOnlySpan<char> path) => service switch
    {
        "geo" => NameOfGeo(labels, path),
        // Publishing over HTTPS and device shadows; the broker itself takes WebSocket on this one path.
        "iotdata" => WithoutQuery(path) is "/mqtt" ? "iotdevicegateway" : service,
        _ => null,
    };

    private static string? NameOfGeo(ReadOnlySpan<char> labels, ReadOnlySpan<char> path)
    {
        string? current = labels switch
        {
            "maps.geo" => "geo-maps",
            "places.geo" => "geo-places",
            "routes.geo" => "geo-routes",
            _ => null, // geofences, trackers and the control plane have not moved
        };
        return current is null || IsBelow(path, "/v2") ? current : "geo";
    }

    private static bool IsBelow(ReadOnlySpan<char> path, ReadOnlySpan<char> folder)
    {
        path = WithoutQuery(path);
        return path.StartsWith(folder) && (path.Length == folder.Length || path[folder.Length] == '/');
    }

    private static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> path)
    {
        int end = path.IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }
}
