using System.Collections.Concurrent;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>The signers of all scopes in use, each made once: a signer keeps the signing key of the day. Thread-safe.</summary>
/// <param name="options">Where signatures go and how long they are good for.</param>
internal sealed class Signers(ProxyOptions options)
{
    private readonly ConcurrentDictionary<SigningScope, RequestSigner> _signers = new();

    /// <summary>The signer of a scope.</summary>
    public RequestSigner For(SigningScope scope) => _signers.GetOrAdd(scope, static (scope, options) => scope.CreateSigner(options), options);

    /// <summary>Forgets all signers, so that callers who name ever new regions cannot fill the memory.</summary>
    public void Clear() => _signers.Clear();
}
