using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The default chain of the AWS SDK for .NET: environment, web identity, profile, container, EC2 instance metadata, the
/// first that is configured. A provider that is configured, if only by half, and fails ends the search: to fall through to the
/// next would sign with another identity than the one that was asked for.
/// </summary>
/// <remarks>
/// The order is that of the SDK's <c>DefaultAWSCredentialsIdentityResolver</c>
/// (https://docs.aws.amazon.com/sdk-for-net/v4/developer-guide/creds-assign.html), but that a profile which <c>AWS_PROFILE</c>
/// or <c>AWS_DEFAULT_PROFILE</c> names stands before the web identity, as it does for the AWS CLI: on EKS the variables of the
/// latter come by themselves, and whoever names a profile means it. That class is not used itself: it caches
/// what it resolved, keeps instance credentials in a singleton that knows no expiry and polls every two minutes, and tells
/// of a failure in one text that cannot be taken apart. Nothing here outlives one fetch but the name of the provider that gave
/// the last credentials, so that rotated files, tokens and profiles are read again each time.
/// </remarks>
/// <param name="providers">In the order in which they are asked.</param>
/// <param name="time">Measures how long one is missing; the system's if null.</param>
internal sealed class CredentialSource(IReadOnlyList<ICredentialProvider> providers, TimeProvider? time = null) : ICredentialSource
{
    /// <summary>Where STS is asked when nothing names a region: its oldest endpoint's.</summary>
    private const string DefaultRegion = "us-east-1";

    // A fetch has 30 s in all (CredentialFetch), of which --assume-role needs some. Here, so that the error names the provider.
    private static readonly TimeSpan ProviderLimit = TimeSpan.FromSeconds(20);

    // An editor, or `aws configure`, that has written half of a file must not have the machine's role sign in the meantime. Arbitrary.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private ICredentialProvider? _last;
    private long? _missingSince;

    /// <summary>The source that the options ask for: the default chain, with the roles to assume on top.</summary>
    public static ICredentialSource Create(ProxyOptions options)
    {
        SharedConfigFiles.Choose(options.Profile);
        // The chain asks the STS that the AWS configuration means: in a private network its own region's may be the only one
        // within reach. --assume-role asks the signing region's, or that of --sts-region.
        var regions = new RegionSource();
        var chain = CreateChain(new SecurityTokenService(() => regions.TryFindConfigured() ?? SigningRegionOf(options)), options.Profile);
        return options.AssumeRoles.Count == 0
            ? chain
            : new RoleChain(chain, new SecurityTokenService(() => StsRegionOf(options)), CreateRoles(options));
    }

    /// <summary>The region whose STS is asked for <c>--assume-role</c>, and whose credentials they are.</summary>
    public static string StsRegionOf(ProxyOptions options) => options.StsRegion ?? SigningRegionOf(options);

    // There is none where each request's host tells it, or a region set takes its place.
    private static string SigningRegionOf(ProxyOptions options) =>
        options.Region.Length > 0 ? options.Region : new RegionSource().TryFind() ?? DefaultRegion;

    /// <summary>
    /// The roles of <c>--assume-role</c>. All sessions have one name, by which CloudTrail shows the whole chain. External ID
    /// and duration are the last role's alone: that is the one which belongs to somebody else, and whose session signs.
    /// </summary>
    private static RoleToAssume[] CreateRoles(ProxyOptions options)
    {
        var name = options.RoleSessionName ?? RoleSessionName.Choose(Environment.GetEnvironmentVariable("AWS_ROLE_SESSION_NAME"));
        RoleToAssume[] roles = [.. options.AssumeRoles.Select(arn => new RoleToAssume(arn, name))];
        roles[^1] = roles[^1] with { ExternalId = options.ExternalId, Duration = options.RoleDuration };
        return roles;
    }

    /// <param name="sts">Where the chain assumes roles.</param>
    /// <param name="profile">
    /// The profile of <c>--profile</c>, which then is the whole chain, as it is for the AWS CLI: keys in the environment or the
    /// machine's role must not sign where a profile was asked for.
    /// </param>
    private static CredentialSource CreateChain(SecurityTokenService sts, string? profile)
    {
        Func<string, string?> environment = Environment.GetEnvironmentVariable;
        var environmentVariables = new EnvironmentProvider(environment);
        var webIdentity = new WebIdentityProvider(sts, environment);
        var container = new ContainerProvider(environment);
        var instance = new InstanceMetadataProvider();
        var profiles = new ProfileProvider(sts, webIdentity, environmentVariables, container, instance) { Chosen = profile };
        return new CredentialSource((profile, SharedConfigFiles.NameSource) switch
        {
            ({ }, _) => [profiles],
            (_, { }) => [environmentVariables, profiles, webIdentity, container, instance],
            _ => [environmentVariables, webIdentity, profiles, container, instance],
        });
    }

    /// <inheritdoc/>
    public string Origin { get; private set; } = "the default chain";

    /// <inheritdoc/>
    public string? Provider => _last?.Name;

    /// <inheritdoc/>
    public IEnumerable<(string Path, FileStamp Stamp)> Files => providers.SelectMany(static provider => provider.Files).Distinct();

    /// <inheritdoc/>
    public async Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken)
    {
        var absences = new List<string>();
        foreach (var provider in providers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ProviderLimit);
            try
            {
                var answer = await CredentialFetch.EndAsync(provider.FetchAsync, limit.Token);
                if (answer.Credentials is { } credentials)
                {
                    (_last, _missingSince, Origin) = (provider, null, answer.Explanation);
                    return credentials;
                }

                if (provider == _last && IsMissedLately())
                    throw new CredentialsUnavailableException($"{answer.Explanation}, where it was a moment ago; other providers are asked if it stays so");

                absences.Add($"{provider.Name}: {answer.Explanation}");
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw Failure(provider, $"gave none within {ProviderLimit.TotalSeconds:0} s; check the network, or what it waits for", absences, exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw Failure(provider, AwsFailure.Describe(exception), absences, exception);
            }
        }

        throw new CredentialsUnavailableException(
            $"No AWS credentials: {string.Join("; ", absences)}. "
            + "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run `aws configure`.");
    }

    /// <summary>Whether the provider that gave the last credentials has been without any for a short time only.</summary>
    private bool IsMissedLately()
    {
        _missingSince ??= _time.GetTimestamp();
        return _time.GetElapsedTime(_missingSince.Value) < LongestAbsence;
    }

    private static CredentialsUnavailableException Failure(
        ICredentialProvider provider, string reason, List<string> absences, Exception exception)
    {
        var before = absences.Count == 0 ? "" : $" Tried before: {string.Join("; ", absences)}.";
        return new CredentialsUnavailableException($"No AWS credentials: {provider.Name}: {reason}.{before}", exception);
    }
}
