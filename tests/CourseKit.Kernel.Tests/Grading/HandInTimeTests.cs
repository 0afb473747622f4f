using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class HandInTimeTests
{
    [Theory]
    [InlineData("2026-11-30T23:59+01:00", "2026-11-30T22:59:00Z")]
    [InlineData("2026-11-30T23:59:30Z", "2026-11-30T23:59:30Z")]
    [InlineData("2026-11-30 23:59Z", "2026-11-30T23:59:00Z")]
    public void A_due_date_is_one_of_ISO_8601(string text, string time) => Assert.Equal(DateTimeOffset.Parse(time), HandInTime.OfDue(text));

    [Fact]
    public void A_date_alone_is_the_end_of_the_day_here() => Assert.Equal(new DateTime(2026, 12, 1), HandInTime.OfDue("2026-11-30")!.Value.LocalDateTime);

    [Theory]
    [InlineData("30.11.2026")]
    [InlineData("11/30/2026")]
    [InlineData("2026-13-01")]
    [InlineData("tomorrow")]
    [InlineData("")]
    public void Any_other_text_is_no_date(string text) => Assert.Null(HandInTime.OfDue(text));
}
