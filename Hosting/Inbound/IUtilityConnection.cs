namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The feature of a connection that came in on the utility port: its requests are for <c>/health</c>, <c>/ready</c> and
/// <c>/metrics</c>, and are never signed or forwarded. <c>HttpContext.Features.Get&lt;IUtilityConnection&gt;()</c> is null on
/// every other connection.
/// </summary>
internal interface IUtilityConnection;

/// <summary>The one instance that marks all of them.</summary>
internal sealed class UtilityConnection : IUtilityConnection
{
    /// <summary>The mark.</summary>
    public static readonly UtilityConnection Instance = new();

    private UtilityConnection()
    {
    }
}
