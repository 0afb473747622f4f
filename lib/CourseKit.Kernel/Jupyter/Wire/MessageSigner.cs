using System.Security.Cryptography;
using System.Text;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>Signs messages with HMAC-SHA256. Refuses wrong signatures and repeated messages. An empty key turns all this off.</summary>
internal sealed class MessageSigner(string key)
{
    private const int Remembered = 65_536;
    private readonly byte[] key = Encoding.UTF8.GetBytes(key);
    private readonly HashSet<Int128> seen = [];
    private readonly Queue<Int128> order = [];

    /// <summary>The signature of a message's four JSON parts, as hexadecimal ASCII text; empty if the key is empty.</summary>
    public byte[] Sign(IEnumerable<byte[]> parts) => key.Length == 0 ? [] : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Hash(parts)));

    /// <summary>Checks the signature of a received message. Only one thread may call this.</summary>
    /// <exception cref="MalformedMessageException">The signature is wrong, or one of the last 65,536 messages had the same.</exception>
    public void Check(byte[] signature, IEnumerable<byte[]> parts)
    {
        if (key.Length == 0)
            return;
        var hash = Hash(parts);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash)), signature))
            throw new MalformedMessageException("the signature is wrong");
        var mark = BitConverter.ToInt128(hash);
        if (!seen.Add(mark))
            throw new MalformedMessageException("a message with this signature came before");
        order.Enqueue(mark);
        if (order.Count > Remembered)
            seen.Remove(order.Dequeue());
    }

    private byte[] Hash(IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
            hash.AppendData(part);
        return hash.GetHashAndReset();
    }
}
