using System.Threading.Channels;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>A credential source whose fetches wait for the test to say what they give, and which counts them.</summary>
internal sealed class ScriptedSource : ICredentialSource
{
    private readonly Channel<Func<SigningCredentials>> _answers = Channel.CreateUnbounded<Func<SigningCredentials>>();
    private readonly Channel<int> _started = Channel.CreateUnbounded<int>();
    private int _count;
    private int _awaited;

    /// <summary>How many fetches have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The token of the fetch that began last.</summary>
    public CancellationToken LastToken { get; private set; }

    /// <summary>Answers one fetch, the one that waits or the next.</summary>
    public void Give(SigningCredentials credentials) => _answers.Writer.TryWrite(() => credentials);

    /// <summary>Lets one fetch fail as a source should.</summary>
    public void Fail(string message) => Throw(new CredentialsUnavailableException(message));

    /// <summary>Lets one fetch fail with any exception.</summary>
    public void Throw(Exception exception) => _answers.Writer.TryWrite(() => throw exception);

    /// <summary>Waits until so many fetches have begun.</summary>
    public async Task WaitForFetchAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_awaited < count)
            _awaited = await _started.Reader.ReadAsync(limit.Token);
    }

    /// <inheritdoc/>
    public async Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken)
    {
        LastToken = cancellationToken;
        _started.Writer.TryWrite(Interlocked.Increment(ref _count));
        var answer = await _answers.Reader.ReadAsync(cancellationToken);
        return answer();
    }
}
