namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>The form in which host names are compared.</summary>
internal static class HostName
{
    /// <summary>The longest name that DNS can carry, in characters, without the trailing dot (RFC 1035, 2.3.4).</summary>
    public const int MaxLength = 253;

    private const int MaxLabelLength = 63;

    /// <summary>
    /// Writes a host name in lower case and without one trailing dot. False for what no DNS name of AWS can be: an empty or
    /// overlong label, anything but ASCII letters, digits, hyphens and underscores (old S3 buckets have them).
    /// </summary>
    /// <param name="host">The host, without port.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> characters.</param>
    /// <param name="length">How many characters were written.</param>
    public static bool TryNormalize(ReadOnlySpan<char> host, Span<char> destination, out int length)
    {
        length = 0;
        if (host.EndsWith('.'))
            host = host[..^1];
        if (host.Length > MaxLength)
            return false;

        int labelLength = 0;
        for (int i = 0; i < host.Length; i++)
        {
            char c = host[i];
            bool isDot = c == '.';
            if (isDot ? labelLength == 0 : !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
            labelLength = isDot ? 0 : labelLength + 1;
            if (labelLength > MaxLabelLength)
                return false;
            // ASCII alone gets here, so that no letter of another script can turn into one of AWS's.
            destination[i] = char.ToLowerInvariant(c);
        }
        length = host.Length;
        return labelLength > 0;
    }

    /// <summary>
    /// Takes the marks of FIPS endpoints out of the labels before the suffix, in place: <c>-fips</c> at the end of any label,
    /// as in <c>runtime-fips.sagemaker</c> and <c>s3-fips</c>. What is left is the name of the same endpoint without FIPS.
    /// A first label <c>fips</c> (<c>fips.batch</c>) stays: what follows it names the service. Gives the new length.
    /// </summary>
    public static int RemoveFipsMarks(Span<char> labels)
    {
        const string Mark = "-fips";

        int written = 0;
        for (int read = 0, end; read < labels.Length; read = end + 1)
        {
            int dot = labels[read..].IndexOf('.');
            end = dot < 0 ? labels.Length : read + dot;
            Span<char> label = labels[read..end];
            int kept = label.Length > Mark.Length && label.EndsWith(Mark) ? label.Length - Mark.Length : label.Length;

            label[..kept].CopyTo(labels[written..]);
            written += kept;
            if (end < labels.Length)
                labels[written++] = '.';
        }
        return written;
    }
}
