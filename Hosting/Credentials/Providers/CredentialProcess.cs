using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// <c>credential_process</c>: a command that prints credentials
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html). The SDK's provider is not used: it cannot
/// end a command that hangs, which the cache would start again and again.
/// </summary>
internal static class CredentialProcess
{
    /// <summary>The one version of the output that there is.</summary>
    private const int Version = 1;

    /// <summary>Far above what credentials take. Arbitrary; the same as for an endpoint's answer.</summary>
    private const int MaxOutputLength = 1 << 16;

    /// <summary>How long its output is read on after its end: what it left running may hold the pipe open. Arbitrary.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Runs the command and reads what it prints.</summary>
    /// <param name="command">As the profile has it: a line for the shell.</param>
    /// <param name="cancellationToken">Ends the command too, with all that it started.</param>
    /// <exception cref="CredentialsUnavailableException">
    /// It failed or printed something else. Half a sentence says how, without anything that it printed: that may be a secret.
    /// </exception>
    public static async Task<SigningCredentials> FetchAsync(string command, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        try
        {
            // Nobody is there to answer a question.
            process.StandardInput.Close();
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            var output = ReadAsync(process.StandardOutput, reading.Token);
            var end = process.WaitForExitAsync(cancellationToken);
            // One that prints without an end does not end.
            if (await Task.WhenAny(output, end) == output)
                await output;
            await end;
            reading.CancelAfter(Rest);
            var printed = await output;
            return process.ExitCode == 0 ? Parse(printed) : throw Failure($"ended with status {process.ExitCode}");
        }
        finally
        {
            // It may have ended by itself, at any moment.
            process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string command)
    {
        // A line for the shell, as most of AWS's SDKs take it. An image without a shell may have the command all the same.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", "/c " + command)
            : File.Exists("/bin/sh") ? new ProcessStartInfo("/bin/sh", ["-c", command])
            : WithoutShell(command);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Failure($"cannot be started ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    /// <summary>The command's first word, which may stand in double quotes, and its arguments, which .NET takes apart.</summary>
    private static ProcessStartInfo WithoutShell(string command)
    {
        command = command.Trim();
        var isQuoted = command.StartsWith('"');
        var end = command.IndexOf(isQuoted ? '"' : ' ', 1);
        return end < 0
            ? new ProcessStartInfo(command.Trim('"'))
            : new ProcessStartInfo(command[(isQuoted ? 1 : 0)..end], command[(end + 1)..]);
    }

    /// <summary>Reads to the end, or until it is told to stop.</summary>
    private static async Task<string> ReadAsync(StreamReader output, CancellationToken stop)
    {
        var buffer = new char[MaxOutputLength];
        var length = 0;
        try
        {
            while (length < buffer.Length && await output.ReadAsync(buffer.AsMemory(length), stop) is > 0 and var count)
                length += count;
        }
        catch (OperationCanceledException)
        {
            // What has come has come.
        }

        return length < buffer.Length ? new string(buffer, 0, length) : throw Failure("prints without an end");
    }

    private static SigningCredentials Parse(string output)
    {
        ProcessCredentials? printed;
        try
        {
            printed = JsonSerializer.Deserialize(output, ProcessCredentialsContext.Default.ProcessCredentials);
        }
        catch (JsonException exception)
        {
            throw Failure("did not print the JSON that AWS describes", exception);
        }

        if (printed is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0 })
            throw Failure("printed JSON without AccessKeyId and SecretAccessKey");
        return printed.Version == Version
            ? new SigningCredentials(printed.AccessKeyId, printed.SecretAccessKey, printed.SessionToken, printed.Expiration)
            : throw Failure(string.Create(CultureInfo.InvariantCulture, $"printed Version {printed.Version}, where AWS describes {Version}"));
    }

    private static CredentialsUnavailableException Failure(string what, Exception? cause = null) =>
        new($"its credential_process {what}; run it by hand to see what it prints", cause);
}

/// <summary>What a credential process prints.</summary>
internal sealed record ProcessCredentials(
    int Version,
    string? AccessKeyId,
    string? SecretAccessKey,
    string? SessionToken,
    [property: JsonConverter(typeof(AwsTimeConverter))] DateTimeOffset? Expiration)
{
    /// <summary>The version alone: a record would print its secrets.</summary>
    public override string ToString() => $"version {Version} (redacted)";
}

/// <summary>Source-generated JSON of <see cref="ProcessCredentials"/>.</summary>
[JsonSerializable(typeof(ProcessCredentials))]
internal sealed partial class ProcessCredentialsContext : JsonSerializerContext;
