using System.Reflection;

namespace Qbitel.Cryptography.Tests.Keys;

public sealed class ContractCoverageTests
{
    [Fact]
    public void Every_algorithm_of_the_tables_has_its_contract()
    {
        Type[] types = typeof(ContractCoverageTests).Assembly.GetTypes();
        HashSet<KeyAlgorithm> signatures = [.. SignatureAlgorithm.All, SignatureAlgorithm.Falcon512Round3];
        Assert.Equal(signatures.Count, types.Count(type => type.BaseType == typeof(SignatureKeyContract)));
        Assert.Equal(KemAlgorithm.All.Count, types.Count(type => type.BaseType == typeof(KemKeyContract)));
        Assert.Equal(signatures, Covered(typeof(SignatureKeyContract)));
        Assert.Equal(KemAlgorithm.All.ToHashSet<KeyAlgorithm>(), Covered(typeof(KemKeyContract)));

        HashSet<KeyAlgorithm> Covered(Type contract) =>
            [.. types.Where(type => type.BaseType == contract).Select(type => AlgorithmOf(contract, type))];

        static KeyAlgorithm AlgorithmOf(Type contract, Type type)
        {
            using var test = (IDisposable)Activator.CreateInstance(type)!;
            return contract.GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
                .Select(field => field.GetValue(test)).OfType<KeyAlgorithm>().Single();
        }
    }
}
