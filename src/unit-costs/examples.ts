/** A small file of the form. It was published before the edition that the service carries, and so changes no answer. */
export const EXAMPLE_EDITION =
  'theme,outcome,code,detail,unit,agency,agency_detail,fiscal_value,fiscal_price_year,economic_value,economic_price_year,social_value,social_price_year,source,rag\n' +
  'Social Services,LOOKED AFTER CHILDREN,SS2.0,Foster care by the council: an example of the form,Per week,Local Authority,Social Services,"£1,000.50",2012/13,,,,,An example and no source,A\n' +
  'Social Services,LOOKED AFTER CHILDREN,SS2.0.1,The part of it that carers are paid: an example of the form,Per week,Local Authority,Social Services,600,2012/13,,,,,An example and no source,A\n'
