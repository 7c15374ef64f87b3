using System.Reflection;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The program's name and version, as the project file has them.</summary>
internal static class ProductInfo
{
    /// <summary>The executable's name.</summary>
    public const string Name = "aws-sigv4-proxy";

    /// <summary>The version, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
