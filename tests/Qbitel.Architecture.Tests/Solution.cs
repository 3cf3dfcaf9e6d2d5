using System.Reflection;
using System.Xml.Linq;
using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

/// <summary>The rooms of the solution: their project files and their built assemblies.</summary>
internal static class Solution
{
    public static IEnumerable<(string From, string To)> ProjectReferences() =>
        from file in Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        from reference in XDocument.Load(file).Descendants("ProjectReference")
        select (Path.GetFileNameWithoutExtension(file),
            Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

    public static IEnumerable<string> Rooms() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal);

    public static Assembly Load(string room) =>
        Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, (room == "Qbitel" ? "qbitel" : room) + ".dll"));
}
