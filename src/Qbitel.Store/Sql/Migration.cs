using System.Globalization;
using System.Reflection;

namespace Qbitel.Store.Sql;

/// <summary>One step of the schema: an SQL file embedded under the name of its dialect,
/// <c>NNNN-what-it-does.sql</c>.</summary>
internal sealed record Migration(int Number, string Name, string Text)
{
    /// <summary>The migrations of a dialect in their order, numbered from 1 without gaps.</summary>
    public static IReadOnlyList<Migration> Load(string dialect)
    {
        Assembly assembly = typeof(Migration).Assembly;
        string prefix = dialect + "/";
        Migration[] found =
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(assembly, name, name[prefix.Length..]))
        ];
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Number != i + 1)
                throw new InvalidOperationException($"The {dialect} migrations have no number {i + 1}.");
        }

        return found;
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        return new Migration(int.Parse(file.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), file,
            reader.ReadToEnd());
    }
}
