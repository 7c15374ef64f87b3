using System.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// What the message that is sent says otherwise than the caller's, because its body is framed otherwise than the one that
/// came. Applied before the headers that are signed are collected.
/// </summary>
/// <param name="Removed">Names of header fields that are not sent; a name that is not there does no harm.</param>
/// <param name="Added">Fields that are sent in their stead or besides, safe for the wire.</param>
internal sealed record HeaderChanges(IReadOnlyList<string> Removed, IReadOnlyList<KeyValuePair<string, string>> Added)
{
    /// <summary>The body goes as it came.</summary>
    public static HeaderChanges None { get; } = new([], []);

    /// <summary>Removes, then adds.</summary>
    public void Apply(HttpRequestMessage message)
    {
        foreach (var name in Removed)
            Remove(message, name);

        foreach (var (name, value) in Added)
        {
            // The one collection refuses the other's fields.
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Removes a field from the message, wherever .NET keeps it.</summary>
    public static void Remove(HttpRequestMessage message, string name)
    {
        Remove(message.Headers, name);
        if (message.Content is { } content)
            Remove(content.Headers, name);
    }

    /// <summary>Asks first: a collection throws when it is to remove a field that belongs to the other one.</summary>
    private static void Remove(HttpHeaders headers, string name)
    {
        if (headers.NonValidated.Contains(name))
            headers.Remove(name);
    }
}
