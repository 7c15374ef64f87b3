namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary><c>--require-credentials</c>: the proxy does not start without credentials that can sign.</summary>
internal static class RequiredCredentials
{
    // The cache ends a request's wait sooner (15 s) than a fetch (30 s). While a fetch goes on, a second wait lasts till its
    // end and a third one hears how it failed; after a failure all three end at once.
    private const int Waits = 3;

    /// <summary>Waits for the end of the first fetch.</summary>
    /// <exception cref="StartupException">It gave no credentials; the message names each provider tried.</exception>
    public static async Task WaitAsync(CredentialCache credentials)
    {
        for (var wait = 1; ; wait++)
        {
            try
            {
                await credentials.GetAsync();
                return;
            }
            catch (CredentialsUnavailableException exception) when (wait == Waits)
            {
                throw new StartupException(
                    exception.Message,
                    "leave out --require-credentials to start all the same: requests are then answered 503 until there are credentials.",
                    exception);
            }
            catch (CredentialsUnavailableException)
            {
                // Waits on.
            }
        }
    }
}
