using System.Buffers.Binary;
using CourseKit.Common;
using CourseKit.Native;
using CourseKit.Tests.Data;

namespace CourseKit.Tests;

public sealed class ElfFileTests
{
    [Theory]
    [InlineData(1u)]
    [InlineData(0x0200_0000u)] // times 64, the size of a section, it is the first number that an int cannot hold
    [InlineData(0x0400_0000u)] // times 64, an int would hold 0: the section that is there
    [InlineData(uint.MaxValue)]
    public void A_section_that_is_not_there_is_told_however_large_its_number(uint section)
    {
        using var folder = new TempFolder();
        var elf = new byte[128];
        byte[] header = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        header.CopyTo(elf, 0);
        elf[0x28] = 64; // where the section headers begin
        elf[0x3c] = 1;  // how many there are
        elf[64 + 4] = 6; // the dynamic section
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(64 + 0x28), section);
        File.WriteAllBytes(folder["a.so"], elf);
        Assert.Contains($"refers to section {section} of 1", Assert.Throws<InvalidDataException>(() => ElfFile.Read(folder["a.so"])).Message, StringComparison.Ordinal);
    }
}
