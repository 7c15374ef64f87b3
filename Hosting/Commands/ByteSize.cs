using System.Globalization;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Sizes as the command line writes them: whole bytes, or a whole number of a unit. <c>KiB MiB GiB TiB</c> are powers of
/// 1024; <c>KB MB GB TB</c> are powers of 1000, as the SI and IEC 80000-13 have it. Case does not matter.
/// </summary>
internal static class ByteSize
{
    private const string Hint = "write bytes, or a whole number with KiB, MiB or GiB (or KB, MB, GB, of 1000): 1048576, 64KiB, 1MiB";

    private static readonly (string Suffix, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("B", 1),
    ];

    /// <summary>Parses a size of at least one byte.</summary>
    /// <exception cref="UsageException">It is none, zero, negative, or over <paramref name="max"/> bytes.</exception>
    public static long Parse(string text, long max = long.MaxValue)
    {
        var (number, bytesPerUnit) = (text, 1L);
        foreach (var (suffix, bytes) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            (number, bytesPerUnit) = (text[..^suffix.Length], bytes);
            break;
        }

        if (!Int128.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            throw new UsageException($"{Quote.Value(text)} is not a size", Hint);

        // Compared before it is multiplied, so that nothing overflows.
        if (count < 1)
            throw new UsageException($"{Quote.Value(text)} is out of range", "write a size of at least one byte");
        if (count > max / bytesPerUnit)
            throw new UsageException($"{Quote.Value(text)} is out of range", $"write a size of at most {Format(max)}");
        return (long)count * bytesPerUnit;
    }

    /// <summary>Writes a size in the largest unit of 1024 that gives a whole number.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = ("", 1L);
        foreach (var (suffix, unitBytes) in Units.AsSpan(0, 4))
        {
            if (bytes % unitBytes == 0)
                (unit, size) = (suffix, unitBytes);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }
}
