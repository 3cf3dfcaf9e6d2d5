using System.Reflection;
using System.Text;
using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

public sealed class PublicApiTests
{
    public static readonly TheoryData<string> Assemblies = [.. Solution.Rooms()];

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory, MemberData(nameof(Assemblies))]
    public void Public_surface_is_as_recorded(string name) =>
        Snapshot.Match(Path.Combine(Repository.Root, "src", name, "PublicApi.txt"), Describe(Solution.Load(name)));

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            foreach (string member in type.GetMembers(Declared)
                .Where(m => m is not MethodInfo { IsSpecialName: true }).Select(m => m.ToString()!)
                .Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }
}
