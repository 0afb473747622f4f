namespace CourseKit.Data;

/// <summary>What one picture shows when it is read as a portrait. Eye distances are between colours with parts in -1..1 (<see cref="Rgb.DistanceTo"/>).</summary>
/// <param name="LeftEye">The eye colour nearest to the mean colour of the iris on the picture's left, an index into <see cref="Portrait.EyeColours"/>.</param>
/// <param name="RightEye">The eye colour nearest to the mean colour of the iris on the picture's right.</param>
/// <param name="LeftDistance">Mean distance of the left iris's pixels from <paramref name="LeftEye"/>; nearly 0 in a real portrait.</param>
/// <param name="RightDistance">Mean distance of the right iris's pixels from <paramref name="RightEye"/>; nearly 0 in a real portrait.</param>
/// <param name="Nearest">The real portrait that the picture resembles: no change of one part comes nearer.</param>
/// <param name="Distance">Root mean square difference, 0..2, between the picture and that portrait, at 32 pixels; 0 in a real portrait.</param>
public sealed record PortraitReading(int LeftEye, int RightEye, double LeftDistance, double RightDistance, Portrait Nearest, double Distance)
{
    /// <summary>The largest mean distance of a clear eye, a quarter of the smallest distance between two eye colours; the same as for avatars.</summary>
    public const double ClearLimit = AvatarReading.ClearLimit;

    /// <summary>The largest distance of a picture that counts as a face. The mean of two real portraits is mostly farther away.</summary>
    public const double FaceLimit = .2;

    /// <summary>Both eyes are nearest to the same colour. Random eye colours agree in 20 %.</summary>
    public bool EyesAgree => LeftEye == RightEye;

    /// <summary>Neither eye is a blend of colours.</summary>
    public bool EyesAreClear => LeftDistance <= ClearLimit && RightDistance <= ClearLimit;

    /// <summary>The picture is a valid face: close to a real portrait as a whole, with two clear eyes of one colour.</summary>
    public bool IsFace => Distance <= FaceLimit && EyesAgree && EyesAreClear;
}
