using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Reads the role ARNs of <c>--assume-role</c>.</summary>
internal static partial class RoleArn
{
    /// <summary>Checks an IAM role's ARN, of any partition, and returns it as it is.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static string Parse(string arn) =>
        Pattern().IsMatch(arn)
            ? arn
            : throw new UsageException(
                $"{Quote.Text(arn)} is not the ARN of an IAM role", "write arn:aws:iam::ACCOUNT:role/NAME, with twelve digits as ACCOUNT");

    /// <summary>
    /// Splits a list at the commas before an <c>arn:</c> alone: a comma may stand in a role's name.
    /// </summary>
    public static string[] SplitList(string list) => Separator().Split(list);

    // IAM API Reference, CreateRole: RoleName is [\w+=,.@-]{1,64}, Path is a slash or printable ASCII between two slashes.
    // ASCII alone, whatever \w means to .NET.
    [GeneratedRegex(@"^arn:aws[a-z0-9-]*:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}\z")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\s*,\s*(?=arn:)")]
    private static partial Regex Separator();
}
