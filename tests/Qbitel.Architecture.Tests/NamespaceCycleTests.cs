using System.Reflection;
using System.Reflection.Emit;

namespace Qbitel.Architecture.Tests;

public sealed class NamespaceCycleTests
{
    public static readonly TheoryData<string> Assemblies = [.. Solution.Rooms()];

    [Theory, MemberData(nameof(Assemblies))]
    public void Folders_do_not_circle(string name)
    {
        Assembly assembly = Solution.Load(name);
        Dictionary<string, HashSet<string>> uses = new(StringComparer.Ordinal);

        foreach (Type type in assembly.GetTypes())
        {
            HashSet<string> targets = uses.TryGetValue(type.Namespace ?? "", out HashSet<string>? known) ? known
                : uses[type.Namespace ?? ""] = [];
            foreach (Type target in Uses(type))
            {
                if (target.Assembly == assembly && target.Namespace != type.Namespace)
                    targets.Add(target.Namespace ?? "");
            }
        }

        foreach (string start in uses.Keys)
        {
            string? back = uses[start].FirstOrDefault(next => Reaches(next, start, []));
            Assert.True(back is null, $"{start} -> {back} -> {start}");
        }

        bool Reaches(string from, string goal, HashSet<string> seen) =>
            from == goal || (seen.Add(from) && uses.TryGetValue(from, out HashSet<string>? next)
                && next.Any(n => Reaches(n, goal, seen)));
    }

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short,
        OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    private static IEnumerable<Type> Uses(Type type)
    {
        IEnumerable<Type?> found =
            [type.BaseType, .. type.GetInterfaces(), .. type.GetFields(All).Select(f => f.FieldType)];
        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            found = found.Concat(method.GetParameters().Select(p => p.ParameterType)).Concat(InBody(method));
            if (method is MethodInfo { ReturnType: var result }) found = found.Append(result);
        }

        return found.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type t) =>
        t.HasElementType ? Parts(t.GetElementType()!) : t.IsGenericType
            ? t.GetGenericArguments().SelectMany(Parts).Append(t) : [t];

    private static List<Type> InBody(MethodBase method)
    {
        List<Type> found = [];
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i < il.Length;)
        {
            OpCode op = il[i] == 0xFE ? OpCodes[unchecked((short)(0xFE00 | il[i + 1]))] : OpCodes[il[i]];
            i += op.Size;
            if (op.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                or OperandType.InlineTok)
            {
                try
                {
                    MemberInfo? member = method.Module.ResolveMember(BitConverter.ToInt32(il, i),
                        method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod
                            ? method.GetGenericArguments() : null);
                    if ((member as Type ?? member?.DeclaringType) is { } type) found.Add(type);
                }
                catch (ArgumentException) { } // a token of a generic we cannot close here
            }

            i += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, i)),
                _ => 4,
            };
        }

        return found;
    }
}
