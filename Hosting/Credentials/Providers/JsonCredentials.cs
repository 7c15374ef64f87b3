using System.Text.Json;
using System.Text.Json.Serialization;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>The JSON in which the endpoints of EC2, ECS and EKS give credentials or a code why not: the members that the proxy needs.</summary>
internal sealed record JsonCredentials(
    string? Code,
    string? AccessKeyId,
    string? SecretAccessKey,
    string? Token,
    [property: JsonConverter(typeof(AwsTimeConverter))] DateTimeOffset? Expiration)
{
    /// <summary>Reads an answer; null where it is not that JSON.</summary>
    public static JsonCredentials? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JsonCredentialsContext.Default.JsonCredentials);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The credentials, or null where the answer holds none.</summary>
    public SigningCredentials? ToCredentials() =>
        AccessKeyId is { Length: > 0 } id && SecretAccessKey is { Length: > 0 } secret
            ? new SigningCredentials(id, secret, Token, Expiration)
            : null;

    /// <summary>The code in brackets, with a space before, where it names a failure; else nothing. What is no code is not shown.</summary>
    public string FailureSuffix =>
        Code is { Length: > 0 and < 64 } code && code != "Success" && code.All(char.IsAsciiLetterOrDigit) ? $" ({code})" : "";

    /// <summary>The code alone: a record would print its secrets.</summary>
    public override string ToString() => $"{Code} (redacted)";
}

/// <summary>Source-generated JSON of <see cref="JsonCredentials"/>. ECS writes <c>code</c> where EC2 writes <c>Code</c>.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(JsonCredentials))]
internal sealed partial class JsonCredentialsContext : JsonSerializerContext;
