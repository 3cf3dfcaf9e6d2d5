using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Tests;

public sealed class KeyPolicyTests
{
    [Theory]
    [InlineData(KeyType.Kek, "ML-KEM-1024", 365, true)]
    [InlineData(KeyType.Dek, "AES-256-GCM", 90, false)]
    [InlineData(KeyType.Signing, "ML-DSA-65", 365, true)]
    [InlineData(KeyType.Transport, "ML-KEM-768", 90, true)]
    public void Defaults_are_those_of_the_specification(KeyType type, string algorithm, int days, bool hsm)
    {
        KeyPolicy policy = KeyPolicy.Default(type);
        Assert.Equal((type, algorithm, TimeSpan.FromDays(days), hsm),
            (policy.KeyType, policy.Algorithm.Name, policy.RotationPeriod, policy.RequiresHsm));
        Assert.Empty(policy.ShortOf(policy));
    }

    // The specification's own example asks for a KEK below the default: allowed, and shown.
    [Fact]
    public void A_weaker_wish_is_shown_and_a_floor_raises_it()
    {
        KeyPolicy wish = KeyPolicy.Default(KeyType.Kek).With(KemAlgorithm.MLKem768, dualControl: false);
        Assert.Equal(
            ["algorithm ML-KEM-768 is weaker than ML-KEM-1024", "dual control is required"],
            wish.ShortOf(KeyPolicy.Default(KeyType.Kek)));
        Assert.Equal(KeyPolicy.Default(KeyType.Kek), wish.RaisedTo(KeyPolicy.Default(KeyType.Kek)));
    }

    [Fact]
    public void A_pure_algorithm_of_a_higher_category_and_a_hybrid_of_a_lower_one_raise_to_the_hybrid_of_the_higher()
    {
        Assert.Equal(
            KemAlgorithm.MLKem1024P384, AlgorithmStrength.Stronger(KemAlgorithm.MLKem1024, KemAlgorithm.XWing));
        Assert.Equal(SignatureAlgorithm.MLDsa87EcdsaP384,
            AlgorithmStrength.Stronger(SignatureAlgorithm.MLDsa65Ed25519, SignatureAlgorithm.MLDsa87));
        Assert.Throws<ArgumentException>(
            () => AlgorithmStrength.Stronger<KeyAlgorithm>(KemAlgorithm.MLKem512, SignatureAlgorithm.MLDsa44));
    }

    [Fact]
    public void Raising_gives_what_meets_both_and_is_idempotent_and_symmetric() =>
        Prop.ForAll(Policies(), Policies(), (one, other) =>
        {
            if (one.KeyType != other.KeyType)
            {
                Assert.Throws<ArgumentException>(() => one.RaisedTo(other));
                Assert.Throws<ArgumentException>(() => one.ShortOf(other));
                return;
            }

            KeyPolicy raised = one.RaisedTo(other);
            Assert.Empty(raised.ShortOf(one));
            Assert.Empty(raised.ShortOf(other));
            Assert.Equal(raised, raised.RaisedTo(other));
            Assert.Empty(raised.ShortOf(other.RaisedTo(one)));
            if (one.ShortOf(other).Count == 0) Assert.Equal(one, raised);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(KeyType.Signing, "ML-KEM-768")]
    [InlineData(KeyType.Dek, "ML-DSA-65")]
    [InlineData(KeyType.Transport, "AES-256-GCM")]
    [InlineData(KeyType.Kek, "Ed25519")]
    public void An_algorithm_of_another_purpose_is_refused(KeyType type, string algorithm) =>
        Assert.Throws<ArgumentException>(() => KeyPolicy.Default(type).With(KeyAlgorithm.Parse(algorithm)));

    [Fact]
    public void A_rotation_of_nothing_or_of_decades_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => KeyPolicy.Default(KeyType.Dek).With(rotationPeriod: TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => KeyPolicy.Default(KeyType.Dek).With(rotationPeriod: TimeSpan.FromDays(10_000)));
    }

    [Fact]
    public void Rotation_falls_due_one_period_after_activation() =>
        Assert.Equal(new DateTimeOffset(2027, 2, 22, 0, 0, 0, TimeSpan.Zero),
            KeyPolicy.Default(KeyType.Dek).RotationDue(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)));

    private static Arbitrary<KeyPolicy> Policies() =>
        (from algorithm in Gen.Elements(KeyAlgorithm.All.AsEnumerable())
         from type in Gen.Elements(Enum.GetValues<KeyType>().Where(t => KeyPolicy.Serves(algorithm, t)))
         from days in Gen.Choose(1, 1000)
         from hsm in Gen.Elements(true, false)
         from dual in Gen.Elements(true, false)
         select new KeyPolicy(type, algorithm, TimeSpan.FromDays(days), hsm, dual)).ToArbitrary();
}
