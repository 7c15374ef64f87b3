using System.Buffers;

namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// The canonical query string: the third line of a canonical request. Parameters are decoded, encoded strictly, and sorted
/// by encoded name, then by encoded value; a name without <c>=</c> gets one with an empty value.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 1)
/// </summary>
internal static class CanonicalQuery
{
    /// <summary>Appends the canonical form of a query as it is sent: without its <c>?</c>, percent-encoded.</summary>
    public static void Write(ref ByteWriter writer, ReadOnlySpan<char> query)
    {
        if (query.IsEmpty)
            return;

        var encoded = new ByteWriter(stackalloc byte[512]);
        var parameters = ArrayPool<Parameter>.Shared.Rent(query.Count('&') + 1);
        try
        {
            var count = 0;
            foreach (var range in query.Split('&'))
            {
                // Nothing between two ampersands is no parameter.
                if (!query[range].IsEmpty)
                    parameters[count++] = Encode(ref encoded, query[range]);
            }

            var sorted = parameters.AsSpan(0, count);
            Sort(sorted, encoded.Written);
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                    writer.Write((byte)'&');
                writer.Write(sorted[i].Name(encoded.Written));
                writer.Write((byte)'=');
                writer.Write(sorted[i].Value(encoded.Written));
            }
        }
        finally
        {
            ArrayPool<Parameter>.Shared.Return(parameters);
            encoded.Dispose();
        }
    }

    private static Parameter Encode(ref ByteWriter encoded, ReadOnlySpan<char> pair)
    {
        var equals = pair.IndexOf('=');
        var start = encoded.Length;
        WriteReencoded(ref encoded, equals < 0 ? pair : pair[..equals]);
        var middle = encoded.Length;
        WriteReencoded(ref encoded, equals < 0 ? default : pair[(equals + 1)..]);
        return new Parameter(start, middle, encoded.Length);
    }

    /// <summary>Decodes and encodes again, strictly. A <c>+</c> is a space, as it is for most servers.</summary>
    private static void WriteReencoded(ref ByteWriter writer, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var taken = 1;
            if (text[0] == '+')
                UriEncoder.WriteEncoded(ref writer, (byte)' ');
            else if (UriEncoder.TryDecode(text, out var decoded))
            {
                taken = 3;
                UriEncoder.WriteEncoded(ref writer, decoded);
            }
            else
                taken = UriEncoder.WriteEncoded(ref writer, text);

            text = text[taken..];
        }
    }

    /// <summary>
    /// Insertion sort for the handful of parameters that requests have; Span.Sort with a comparer that could see the bytes
    /// would need them on the heap, and does so above that.
    /// </summary>
    private static void Sort(Span<Parameter> parameters, ReadOnlySpan<byte> encoded)
    {
        if (parameters.Length > 32)
        {
            var bytes = encoded.ToArray();
            parameters.Sort((x, y) => x.CompareTo(y, bytes));
            return;
        }

        for (var i = 1; i < parameters.Length; i++)
        {
            var moving = parameters[i];
            var j = i;
            for (; j > 0 && parameters[j - 1].CompareTo(moving, encoded) > 0; j--)
                parameters[j] = parameters[j - 1];
            parameters[j] = moving;
        }
    }

    /// <summary>Where a parameter's encoded name and value stand in the scratch bytes.</summary>
    private readonly record struct Parameter(int Start, int Middle, int End)
    {
        public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> encoded) => encoded[Start..Middle];

        public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> encoded) => encoded[Middle..End];

        public int CompareTo(Parameter other, ReadOnlySpan<byte> encoded)
        {
            var byName = Name(encoded).SequenceCompareTo(other.Name(encoded));
            return byName != 0 ? byName : Value(encoded).SequenceCompareTo(other.Value(encoded));
        }
    }
}
