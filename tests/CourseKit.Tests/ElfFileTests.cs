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

    [Fact]
    public void Symbols_tell_who_offers_and_who_needs()
    {
        var symbols = ElfFile.Symbols(Path.Combine(NativeBackend.Folder, "libLibTorchSharp.so"));
        Assert.Contains(new("THSTensor_add", IsDefined: true, IsWeak: false, IsVersioned: false), symbols);
        Assert.Contains(new("_ZN2at6detail12getCUDAHooksEv", IsDefined: false, IsWeak: false, IsVersioned: false), symbols);
        Assert.Contains(new("malloc", IsDefined: false, IsWeak: false, IsVersioned: true), symbols);
        Assert.Contains(symbols, symbol => symbol is { Name: "__gmon_start__", IsWeak: true, IsDefined: false });
    }

    [Fact]
    public void Symbols_without_names_are_told()
    {
        using var folder = new TempFolder();
        var elf = File.ReadAllBytes(Path.Combine(NativeBackend.Folder, "libLibTorchSharp.so"));
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28));
        for (var at = sections; at + 64 <= elf.Length; at += 64)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at + 4)) == 11)
                BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(at + 0x18), 64); // the table of symbols begins elsewhere
        }
        File.WriteAllBytes(folder["a.so"], elf);
        Assert.Contains("damaged, symbol", Assert.Throws<InvalidDataException>(() => ElfFile.Symbols(folder["a.so"])).Message, StringComparison.Ordinal);
    }
}
