namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>Signs a request that was refused once more, and sends it again, where its body allows that.</summary>
/// <param name="signer">Signs.</param>
/// <param name="client">Sends.</param>
internal sealed class SecondAttempt(MessageSigner signer, HttpMessageInvoker client)
{
    /// <summary>
    /// How often a request that does no harm twice is sent again. Twice: the first attempt may meet a connection that the upstream
    /// is just closing after its refusal.
    /// </summary>
    private const int MaxAttempts = 2;

    /// <summary>Whether the body allows it: there is none, nothing of it was sent yet, or it was kept and all of it was sent.</summary>
    public static bool IsPossible(OutgoingRequest outgoing) =>
        // One that was not given to its end is still being read from: an early refusal over HTTP/2.
        outgoing is not { Body: { IsUntouched: false } body, Payload: var payload } || (payload.IsSpooled && body.IsGiven);

    /// <summary>Signs and sends, with what <paramref name="outgoing"/> says now.</summary>
    /// <param name="request">The request that was refused.</param>
    /// <param name="content">The content that it was first sent with.</param>
    /// <param name="outgoing">What is known of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The second answer, or null where there is none and the first one stands.</returns>
    public async Task<HttpResponseMessage?> SendAsync(
        HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing, CancellationToken cancellationToken)
    {
        if (!IsPossible(outgoing))
            return null;
        // A connection that broke takes no more of a body: one that was kept can go once more.
        for (var attempt = 1; attempt == 1 || IsKept(outgoing); attempt++)
        {
            Prepare(request, content, outgoing);
            try
            {
                return await client.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (IsIdempotent(request.Method))
            {
                if (attempt == MaxAttempts)
                    break;
            }
        }

        return null;
    }

    private static bool IsKept(OutgoingRequest outgoing) => outgoing is { Payload.IsSpooled: true } or not { Body.IsUntouched: false };

    /// <summary>RFC 9110, 9.2.2. Whether another request was carried out cannot be told when its connection breaks.</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Options;

    private void Prepare(HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing)
    {
        request.Content = outgoing.Body is { IsUntouched: false } ? Rewind(content!, outgoing) : content;
        outgoing.Deadline.Await(outgoing.Body is null ? Awaited.AnswerHeaders : Awaited.Connection);
        signer.Sign(request, outgoing);
    }

    private static StreamContent Rewind(HttpContent first, OutgoingRequest outgoing)
    {
        var payload = outgoing.Payload;
        payload.Body!.Position = 0;
        // In this flow alone: the first attempt's sending is over.
        var sending = payload.TakesTime ? BodySending.Open(payload.LengthBytes, callersBody: null) : BodySending.None();
        outgoing.Body = new OutgoingBody(payload.Body, sending, outgoing.Deadline);
        var again = new StreamContent(outgoing.Body);
        foreach (var (name, values) in first.Headers.NonValidated)
            again.Headers.TryAddWithoutValidation(name, values);
        return again;
    }
}
