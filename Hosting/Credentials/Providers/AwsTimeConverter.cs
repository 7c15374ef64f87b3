using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// Reads a time that a program or an endpoint writes: ISO 8601 as AWS describes it, and what libraries make of it and other SDKs
/// of AWS take (a space for the <c>T</c>, <c>+0000</c>, no zone for UTC).
/// </summary>
internal sealed class AwsTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
