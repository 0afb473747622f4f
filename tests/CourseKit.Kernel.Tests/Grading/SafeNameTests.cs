using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class SafeNameTests
{
    [Theory, InlineData("anna"), InlineData("Zoë Müller"), InlineData("console"), InlineData("李小龍"), InlineData("com10")]
    public void A_name_that_every_system_takes_is_kept(string student) => Assert.Equal(student, SafeName.Of(student));

    /// <summary>A teacher on Windows may unpack what was graded on Linux.</summary>
    [Theory, InlineData("con"), InlineData("Aux"), InlineData("nul.ipynb"), InlineData("COM1"), InlineData("lpt9 .x"), InlineData("a:b"), InlineData("x."), InlineData("..")]
    public void Another_becomes_one_and_stays_its_own(string student)
    {
        var safe = SafeName.Of(student);
        Assert.NotEqual(student, safe);
        Assert.Matches(@"^[^.:\\/*?""<>|]", safe);
        Assert.DoesNotMatch(@"(?i)^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)", safe);
        Assert.NotEqual(safe, SafeName.Of(student + "_"));
    }
}
