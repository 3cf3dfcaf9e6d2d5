using System.Reflection;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests;

/// <summary>Looks for a secret in every array and all memory an object of ours still holds, however deep.</summary>
internal static class SecretScan
{
    private const BindingFlags Every =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static bool Holds(object root, byte[] secret)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> open = new([root]);
        while (open.TryPop(out object? item))
        {
            if (!seen.Add(item)) continue;
            if (item is byte[] bytes)
            {
                if (bytes.AsSpan().IndexOf(secret) >= 0) return true;
                continue;
            }

            if (item is SecretMemory memory)
            {
                if (memory.IsClosed) continue;
                using SecretMemory.Lease lease = memory.Open();
                if (lease.Bytes.IndexOf(secret) >= 0) return true;
                continue;
            }

            for (Type? type = item.GetType(); type is not null; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(Every))
                {
                    if (field.FieldType.IsPrimitive || field.FieldType.IsPointer || field.FieldType.IsByRefLike)
                        continue;
                    object? value = field.GetValue(item);
                    bool ours = value?.GetType().Namespace?.StartsWith("Qbitel.", StringComparison.Ordinal) == true;
                    if (ours || value is byte[]) open.Push(value!);
                }
            }
        }

        return false;
    }
}
