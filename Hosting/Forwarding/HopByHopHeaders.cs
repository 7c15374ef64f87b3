using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The header fields that end at this hop (RFC 9110, 7.6.1): YARP leaves out the well-known ones, and here go those that
/// the message's own <c>Connection</c> names. Kestrel shortens a <c>Connection</c> that says <c>close</c> or
/// <c>keep-alive</c> beside other names to that one word before anyone can read it; those names cannot be honoured here.
/// </summary>
internal static class HopByHopHeaders
{
    /// <summary>Removes them from the message that is sent upstream, but not what the user wants to be there.</summary>
    public static void Remove(IHeaderDictionary received, HttpRequestMessage message, HeaderRules rules)
    {
        if (received.Connection.Count == 0)
            return;
        foreach (var name in received.GetCommaSeparatedValues(HeaderNames.Connection))
        {
            if (MayBeNamed(name) && !rules.Write(name))
                HeaderChanges.Remove(message, name);
        }
    }

    /// <summary>Removes them from the answer that goes back to the caller.</summary>
    public static void Remove(HttpResponseMessage received, IHeaderDictionary message)
    {
        foreach (var name in received.Headers.Connection)
        {
            if (MayBeNamed(name))
                message.Remove(name);
        }
    }

    /// <summary>
    /// Whether the field may be dropped on the word of <c>Connection</c>: it must be a field name, and never one that says
    /// where the message ends or what the content is (RFC 9110, 7.6.1: a sender must not list fields meant for all recipients).
    /// </summary>
    private static bool MayBeNamed(string name) =>
        ForwardableRequest.IsFieldName(name)
        && !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(HeaderNames.ContentEncoding, StringComparison.OrdinalIgnoreCase);
}
