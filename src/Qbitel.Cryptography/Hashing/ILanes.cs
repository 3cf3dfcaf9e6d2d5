using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Cryptography.Hashing;

/// <summary>
/// The word operations of SHA-2 (FIPS 180-4, section 4.1) on as many words at once as a <typeparamref name="TVector"/>
/// holds, so that one text of each hash serves one message or many.
/// </summary>
/// <remarks>A vector in memory is its words in order: word <c>i</c> is of message <c>i</c>.</remarks>
internal interface ILanes<TVector, TWord>
    where TVector : unmanaged
    where TWord : unmanaged
{
    static abstract int Count { get; }

    /// <summary>Whether the processor has registers for the state and a block of message together: 32 of
    /// them.</summary>
    static abstract bool FillRegisters { get; }

    static abstract TVector Broadcast(TWord word);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Or(TVector x, TVector y);

    static abstract TVector Xor(TVector x, TVector y, TVector z);

    /// <summary>Ch: of each bit y where x is set, and z where it is not.</summary>
    static abstract TVector Choose(TVector x, TVector y, TVector z);

    /// <summary>Maj.</summary>
    static abstract TVector Majority(TVector x, TVector y, TVector z);

    static abstract TVector RotateRight(TVector x, [ConstantExpected] byte bits);

    static abstract TVector ShiftRight(TVector x, [ConstantExpected] byte bits);

    static abstract TVector ShiftLeft(TVector x, [ConstantExpected] byte bits);
}
