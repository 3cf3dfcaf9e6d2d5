namespace Qbitel.Cryptography.HashSignatures;

// FIPS 205, section 4.2, Table 1.
internal enum AddressType : byte
{
    WotsHash = 0,
    WotsPublicKey = 1,
    Tree = 2,
    ForsTree = 3,
    ForsRoots = 4,
    WotsSecret = 5,
    ForsSecret = 6,
}
