namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// A partition of AWS: a set of regions with accounts, endpoints and signatures of its own. Regions are told by the shape
/// of their names and not by a list, so that a region that opens tomorrow works today.
/// </summary>
/// <param name="id">The partition's name in an ARN.</param>
/// <param name="globalRegion">The signing region of services whose host names no region.</param>
/// <param name="areas">What the partition's region names begin with: <c>us</c> in <c>us-east-1</c>.</param>
internal sealed class Partition(string id, string globalRegion, params string[] areas)
{
    public static readonly Partition Aws =
        new("aws", "us-east-1", "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx");
    public static readonly Partition AwsUsGov = new("aws-us-gov", "us-gov-west-1", "us-gov");
    public static readonly Partition AwsCn = new("aws-cn", "cn-northwest-1", "cn");
    public static readonly Partition AwsEusc = new("aws-eusc", "eusc-de-east-1", "eusc-de");
    public static readonly Partition AwsIso = new("aws-iso", "us-iso-east-1", "us-iso");
    public static readonly Partition AwsIsoB = new("aws-iso-b", "us-isob-east-1", "us-isob");
    public static readonly Partition AwsIsoE = new("aws-iso-e", "eu-isoe-west-1", "eu-isoe");
    public static readonly Partition AwsIsoF = new("aws-iso-f", "us-isof-south-1", "us-isof");

    /// <summary>The signing region of services whose host names no region, such as IAM.</summary>
    public string GlobalRegion { get; } = globalRegion;

    /// <summary>
    /// Whether a label is the name of one of the partition's regions: <c>{area}-{word}-{number}</c>, in lower case.
    /// </summary>
    public bool HasRegion(ReadOnlySpan<char> label)
    {
        int beforeNumber = label.LastIndexOf('-');
        if (beforeNumber < 0)
            return false;
        int beforeWord = label[..beforeNumber].LastIndexOf('-');
        if (beforeWord < 0)
            return false;

        ReadOnlySpan<char> word = label[(beforeWord + 1)..beforeNumber];
        ReadOnlySpan<char> number = label[(beforeNumber + 1)..];
        return !word.IsEmpty && !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9') && HasArea(label[..beforeWord]);
    }

    private bool HasArea(ReadOnlySpan<char> area)
    {
        foreach (string each in areas)
        {
            if (area.SequenceEqual(each))
                return true;
        }
        return false;
    }

    /// <summary>The partition's name in an ARN.</summary>
    public override string ToString() => id;
}
