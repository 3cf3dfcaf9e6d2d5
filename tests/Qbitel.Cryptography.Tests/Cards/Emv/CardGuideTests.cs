using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Cryptography.Tests.Cards.Emv;

public sealed class CardGuideTests
{
    [Fact]
    public void The_example_of_an_authorisation_holds()
    {
        byte[] issuerMasterKey = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"), atc = [0, 1],
            cardStatusUpdate = new byte[4];
        byte[] transactionData = new byte[37], arqc = Convert.FromHexString("0000000000000001");
        const string pan = "4761739001010119", panSequence = "01";

        #region CardAuthorisation
        // The issuer's key, and what the card sent: number, sequence, counter, and the data of its cryptogram.
        Span<byte> masterKey = stackalloc byte[EmvKeys.TdeaKeySize];
        Span<byte> sessionKey = stackalloc byte[EmvKeys.TdeaKeySize];
        EmvKeys.DeriveMasterKey(issuerMasterKey, pan, panSequence, MasterKeyDerivation.OptionA, masterKey);
        EmvKeys.DeriveSessionKey(masterKey, SessionKeyDerivation.CommonSessionKey, atc, [], isAes: false, sessionKey);

        // False for a wrong cryptogram; an exception for one of another length, an absent key or no data.
        bool genuine = EmvCryptogram.Verify(sessionKey, transactionData, MacPadding.OneThenZeros, arqc);

        // The answer, which the card checks in turn.
        Span<byte> answer = stackalloc byte[EmvCryptogram.ShortAnswerSize];
        EmvCryptogram.AnswerByMethod2(sessionKey, arqc, cardStatusUpdate, [], answer);
        CryptographicOperations.ZeroMemory(masterKey);
        CryptographicOperations.ZeroMemory(sessionKey);
        #endregion

        Assert.False(genuine);
        Assert.NotEqual(new byte[EmvCryptogram.ShortAnswerSize], answer.ToArray());
    }
}
