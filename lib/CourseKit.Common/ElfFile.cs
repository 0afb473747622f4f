using System.Buffers.Binary;
using System.Text;
using static System.FormattableString;

namespace CourseKit.Common;

/// <summary>
/// The headers of a 64-bit little-endian ELF library. They show whether the file was cut off, and which libraries it needs. A check reads only the
/// headers, because a library of libtorch can have hundreds of megabytes.
/// </summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64, SectionSize = 64, TypeAt = 4, OffsetAt = 0x18, SizeAt = 0x20, LinkAt = 0x28, LongestName = 256;
    private const uint Dynamic = 6; // SHT_DYNAMIC
    private const long Needed = 1;  // DT_NEEDED

    private ElfFile(IReadOnlyList<string> needs) => Needs = needs;

    /// <summary>The file names of the libraries that this library needs (DT_NEEDED).</summary>
    public IReadOnlyList<string> Needs { get; }

    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF library, or a part of it is missing.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public static ElfFile Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = Part(path, file, 0, HeaderSize);
        if (!header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8) || header[4] != 2 || header[5] != 1)
            throw new InvalidDataException($"{path}: not a 64-bit ELF library (it begins with {Convert.ToHexString(header.AsSpan(0, 6))}, expected 7F454C460201).");
        // Linkers write the section headers at the end of the file. So a file that was cut off lacks them.
        var (start, count) = (Number(header, 0x28), BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3c)));
        var sections = Part(path, file, start, count * SectionSize);
        var needs = new List<string>();
        for (var at = 0; at < sections.Length; at += SectionSize)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(sections.AsSpan(at + TypeAt)) != Dynamic)
                continue;
            var link = (long)BinaryPrimitives.ReadUInt32LittleEndian(sections.AsSpan(at + LinkAt)) * SectionSize;
            if (link >= sections.Length)
                throw new InvalidDataException($"{path}: damaged, its dynamic section refers to section {link / SectionSize} of {count}.");
            var (entries, names) = (Part(path, file, Number(sections, at + OffsetAt), Number(sections, at + SizeAt)), Number(sections, (int)link + OffsetAt));
            for (var entry = 0; entry + 16 <= entries.Length; entry += 16)
            {
                if (Number(entries, entry) == Needed)
                    needs.Add(Text(path, file, names + Number(entries, entry + 8)));
            }
        }
        return new ElfFile(needs);
    }

    private static byte[] Part(string path, FileStream file, long offset, long size)
    {
        if (offset < 0 || size < 0 || offset > file.Length - size)
            throw new InvalidDataException(Invariant($"{path}: cut off or damaged: it has {file.Length:N0} bytes, and its headers lead to byte {(ulong)offset + (ulong)size:N0}."));
        var part = new byte[size];
        file.Seek(offset, SeekOrigin.Begin);
        file.ReadExactly(part);
        return part;
    }

    private static long Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));

    // The string table holds the names of all symbols and can have tens of megabytes. So this method reads one name only.
    private static string Text(string path, FileStream file, long at)
    {
        var bytes = Part(path, file, at, Math.Min(LongestName, file.Length - at));
        var length = Array.IndexOf(bytes, (byte)0);
        return length < 0 ? throw new InvalidDataException($"{path}: damaged, a name of its dynamic section ends nowhere.") : Encoding.UTF8.GetString(bytes, 0, length);
    }
}
