using System.Reflection;

namespace Qbitel;

/// <summary>What this program is called and which one it is.</summary>
internal static class Product
{
    public const string Name = "Qbitel";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "unknown";
}
