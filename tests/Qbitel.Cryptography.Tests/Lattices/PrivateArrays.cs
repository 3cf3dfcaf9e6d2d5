using System.Reflection;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>Looks into a key, to see that disposing it leaves nothing.</summary>
internal static class PrivateArrays
{
    public static object Field(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(owner)!;

    public static IEnumerable<Array> Of(object owner, params string[] names) =>
        names.Select(name => (Array)Field(owner, name));

    public static bool HasContent(Array array) => array.Cast<object>().Any(value => Convert.ToInt64(value, null) != 0);
}
