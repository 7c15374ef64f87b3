namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary><c>--require-credentials</c>: the proxy does not start without credentials that can sign.</summary>
internal static class RequiredCredentials
{
    /// <summary>Waits for the end of the first fetch.</summary>
    /// <exception cref="StartupException">It gave no credentials; the message names each provider tried.</exception>
    public static async Task WaitAsync(CredentialCache credentials)
    {
        try
        {
            await credentials.GetAsync();
        }
        catch (CredentialsUnavailableException exception)
        {
            throw new StartupException(
                exception.Message,
                "leave out --require-credentials to start all the same: requests are then answered 503 until there are credentials.",
                exception);
        }
    }
}
