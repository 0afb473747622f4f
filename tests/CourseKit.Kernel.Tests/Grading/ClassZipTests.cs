using System.IO.Compression;
using System.Text;
using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>The zip of a class, as platforms, teachers and enemies make it.</summary>
public sealed class ClassZipTests : IDisposable
{
    private readonly ClassPlace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Moodles_zip_tells_two_students_of_one_name_apart_by_their_ids()
    {
        var all = ClassPlace.Open(place.Zip("Anna Müller_11_assignsubmission_file_/tasks.ipynb", "Anna Müller_12_assignsubmission_file_/tasks.ipynb", "O'Neil, Zoë_3_assignsubmission_file_/x.ipynb"));
        Assert.Equal(["Anna Müller 11", "Anna Müller 12", "O'Neil, Zoë"], all.Select(one => one.Student));
        Assert.Equal("O'Neil, Zoë_3_assignsubmission_file_/", all[2].FeedbackPrefix);
        Assert.Equal("Graded as tasks.ipynb: x.ipynb, the only notebook.", all[2].Remark);
    }

    [Fact]
    public void Canvas_zip_tells_who_was_late()
    {
        var all = ClassPlace.Open(place.Zip("doejane_LATE_12345_67890_tasks.ipynb", "roejohn_12346_67891_tasks-1.ipynb", "poejim_12347_67892_report.pdf"));
        Assert.Equal([("doejane", "12345", "yes", "doejane_LATE_12345_67890_"), ("poejim", "12347", "no", "poejim_12347_67892_"), ("roejohn", "12346", "no", "roejohn_12346_67891_")],
            all.Select(one => (one.Student, one.PlatformId, one.Late, one.FeedbackPrefix)));
        Assert.Equal([true, false, true], all.Select(one => one.Path is not null));
    }

    [Theory]
    [InlineData("../evil.ipynb")]
    [InlineData("anna/../../evil.ipynb")]
    [InlineData("/etc/evil.ipynb")]
    [InlineData("..\\evil.ipynb")]
    [InlineData("C:\\evil.ipynb")]
    public void A_name_that_leads_out_is_refused_before_anything_is_unpacked(string name)
    {
        var error = Assert.Throws<InvalidDataException>(() => ClassPlace.Open(place.Zip("ben.ipynb", name)));
        Assert.Contains("leads out of the zip", error.Message, StringComparison.Ordinal);
        Assert.Contains(place.PathOf("class.zip"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_costs_only_the_student_who_handed_it_in()
    {
        var all = ClassPlace.Open(place.Zip(zip =>
        {
            ClassPlace.Add(zip, "anna.ipynb", "/etc/passwd").ExternalAttributes = unchecked((int)0xA1FF0000);
            ClassPlace.Add(zip, "ben.ipynb", ClassPlace.Notebook).ExternalAttributes = unchecked((int)0x81A40000);
        }));
        Assert.Contains("anna.ipynb is a link", all[0].Problem, StringComparison.Ordinal);
        Assert.NotNull(all[1].Path);
    }

    [Fact]
    public void A_bomb_costs_only_its_student_and_no_more_than_the_bytes_allowed()
    {
        var all = ClassPlace.Open(place.Zip(zip =>
        {
            using (var bomb = zip.CreateEntry("anna.ipynb", CompressionLevel.Fastest).Open())
            {
                for (var i = 0; i < 300; i++)
                    bomb.Write(new byte[1_000_000]);
            }
            ClassPlace.Add(zip, "ben.ipynb", ClassPlace.Notebook);
        }));
        Assert.Contains("anna.ipynb unpacks to more than 50 MB", all[0].Problem, StringComparison.Ordinal);
        Assert.NotNull(all[1].Path);
    }

    [Fact]
    public void Bytes_are_counted_and_not_believed()
    {
        var path = place.Zip(zip =>
        {
            using var bomb = zip.CreateEntry("anna.ipynb", CompressionLevel.Fastest).Open();
            for (var i = 0; i < 60; i++)
                bomb.Write(new byte[1_000_000]);
        });
        // The header and the directory say that the entry has ten bytes.
        var bytes = File.ReadAllBytes(path);
        foreach (var at in new[] { bytes.AsSpan().IndexOf("PK\x03\x04"u8) + 22, bytes.AsSpan().LastIndexOf("PK\x01\x02"u8) + 24 })
            BitConverter.GetBytes(10).CopyTo(bytes, at);
        File.WriteAllBytes(path, bytes);
        using var submissions = ClassSubmissions.Open(path, "tasks", null);
        var one = Assert.Single(submissions.All);
        Assert.True(one.Path is null ? one.Problem.Contains("unpacks to more than 50 MB", StringComparison.Ordinal) : new FileInfo(one.Path).Length <= 10, one.Problem);
    }

    [Fact]
    public void Two_entries_of_one_name_are_a_submission_that_says_so() =>
        Assert.Contains("Handed in more than once: anna.ipynb, anna.ipynb", ClassPlace.Open(place.Zip("anna.ipynb", "anna.ipynb", "ben.ipynb"))[0].Problem, StringComparison.Ordinal);

    [Fact]
    public void An_encrypted_notebook_is_told_as_such()
    {
        var path = place.Zip("anna.ipynb", "ben.ipynb");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("PK\x03\x04"u8) + 6] |= 1;
        bytes[bytes.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal("anna.ipynb is encrypted; hand it in without a password.", ClassPlace.Open(path)[0].Problem);
    }

    [Fact]
    public void A_zip_in_the_zip_is_not_unpacked_but_named() =>
        Assert.Contains("There is no notebook, but tasks.zip.", ClassPlace.Open(place.Zip("Anna_1_assignsubmission_file_/tasks.zip"))[0].Problem, StringComparison.Ordinal);

    [Fact]
    [Trait("Cost", "slow")]
    public void Damage_of_every_kind_ends_in_an_error_or_in_submissions()
    {
        var whole = File.ReadAllBytes(place.Zip("Anna_1_assignsubmission_file_/tasks.ipynb", "Ben_2_assignsubmission_file_/tasks.ipynb"));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            byte[] bytes = [.. i < 100 ? whole[..random.Next(whole.Length)] : whole];
            for (var change = 0; i >= 100 && change < 1 + i % 4; change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(place.PathOf("class.zip"), bytes);
            refused += Record.Exception(() => ClassPlace.Open(place.PathOf("class.zip"))) switch
            {
                null => 0,
                InvalidDataException or GraderException => 1,
                var other => throw new InvalidOperationException($"change {i}", other),
            };
        }
        Assert.InRange(refused, 100, 399);
    }

    [Theory]
    [InlineData(20_001)]
    [InlineData(70_000)] // a zip64
    public void A_directory_of_too_many_entries_is_refused_before_it_is_read(int entries) =>
        Assert.Contains($"it has {entries} entries", Assert.Throws<InvalidDataException>(() => ClassPlace.Open(Many(entries))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_directory_that_hides_its_number_of_entries_is_refused_by_its_size()
    {
        var bytes = File.ReadAllBytes(Many(4_100, new string('x', 5000)));
        BitConverter.GetBytes((ushort)1).CopyTo(bytes, bytes.Length - 22 + 8);
        BitConverter.GetBytes((ushort)1).CopyTo(bytes, bytes.Length - 22 + 10);
        File.WriteAllBytes(place.PathOf("class.zip"), bytes);
        Assert.Contains("it has 1 entries in 21 MB of names", Assert.Throws<InvalidDataException>(() => ClassPlace.Open(place.PathOf("class.zip"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_student_who_takes_the_name_and_id_of_another_shares_nothing_with_that_one() =>
        Assert.Equal(["Anna 11", "Anna 11 13", "Anna 12", "Ben 14"], ClassPlace.Open(place.Zip(
            "Anna_11_assignsubmission_file_/tasks.ipynb", "Anna_12_assignsubmission_file_/tasks.ipynb", "Anna 11_13_assignsubmission_file_/tasks.ipynb", "Ben_14_assignsubmission_file_/tasks.ipynb")).Select(one => one.Student));

    [Theory]
    [InlineData(437, "Müller", "Müller")]
    [InlineData(65001, "Łukasz Þór", "Łukasz Þór")]
    [InlineData(28591, "Anna", "Anna")]
    public void Names_may_be_in_the_code_page_of_zip_or_in_UTF_8(int codePage, string name, string student)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
        Assert.Equal(student, ClassPlace.Open(place.Zip(zip => ClassPlace.Add(zip, $"{name}_5_assignsubmission_file_/tasks.ipynb", ClassPlace.Notebook), encoding))[0].Student);
    }

    [Fact]
    public void UTF_8_without_the_mark_is_read_as_such_and_Latin_1_costs_nothing_but_the_letter()
    {
        var path = place.Zip("Mxxller_5_assignsubmission_file_/tasks.ipynb");
        Assert.Equal("Müller", Replaced(path, [0xC3, 0xBC]));
        Assert.Equal("Mⁿⁿller", Replaced(path, [0xFC, 0xFC]));
    }

    [Fact]
    public void A_zip_around_one_folder_is_the_folders_class()
    {
        Assert.Equal(["anna", "ben"], ClassPlace.Open(place.Zip("class/anna.ipynb", "class/ben.ipynb", "__MACOSX/class/._anna.ipynb", "class/.DS_Store")).Select(one => one.Student));
        Assert.Equal(["Anna", "Ben"], ClassPlace.Open(place.Zip("x/Anna_1_assignsubmission_file_/tasks.ipynb", "x/Ben_2_assignsubmission_file_/tasks.ipynb")).Select(one => one.Student));
        Assert.Equal(["anna"], ClassPlace.Open(place.Zip("anna/tasks.ipynb")).Select(one => one.Student));
    }

    [Fact]
    public void An_empty_zip_has_no_students() =>
        Assert.Contains("no submission is in it", Assert.Throws<GraderException>(() => ClassPlace.Open(place.Zip())).Message, StringComparison.Ordinal);

    [Fact]
    public void What_was_unpacked_is_deleted_again()
    {
        string path;
        using (var submissions = ClassSubmissions.Open(place.Zip("anna.ipynb"), "tasks", null))
        {
            path = submissions.All[0].Path!;
            Assert.Equal(ClassPlace.Notebook, File.ReadAllText(path));
            Assert.Contains(place.PathOf("class.zip"), submissions.Hidden);
        }
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    private string Many(int entries, string name = "") => place.Zip(zip =>
    {
        for (var i = 0; i < entries; i++)
            zip.CreateEntry($"{name}{i}.txt");
    });

    // The student's name after the two bytes "xx" of the entry's name were replaced, wherever they stand.
    private static string Replaced(string path, byte[] letters)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = bytes.AsSpan().IndexOf("Mxxller"u8); at >= 0; at = bytes.AsSpan().IndexOf("Mxxller"u8))
            letters.CopyTo(bytes, at + 1);
        var changed = path + ".changed";
        File.WriteAllBytes(changed, bytes);
        return ClassPlace.Open(changed)[0].Student;
    }
}
